"""Opening a picture so that it can't exhaust the site, and writing it anew so that it tells only what it shows."""

import re
from contextlib import suppress
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageOps, JpegImagePlugin

from sosafe_site.publishing.files.reading import must, refuse

LARGEST_PICTURE = 25_000_000  # pixels; a small file can hold far more, and each takes memory to open
MOST_SCANS = 100  # of one JPEG, each of which is worked through for every dot; programs write about ten
# In a JPEG: what is neither a dot nor a place to start again after damage
MARKER = re.compile(rb"\xff+([^\0\1\xff\xd0-\xd7])")
BEGINS, ENDS, SCAN = 0xD8, 0xD9, 0xDA
Image.MAX_IMAGE_PIXELS = None  # the library's own limit is seven times ours, and says nothing that helps
COMMON = {"1", "L", "LA", "P", "RGB", "RGBA"}
DEEP = {"I;16", "I;16B", "I;16L", "I;16N", "I"}  # shades of grey, of which there are 65,536


def check(picture: Image.Image, content: bytes) -> None:
    """Raises ValidationError for a picture, of which only the beginning was read, that is not to be opened further."""
    if picture.width * picture.height > LARGEST_PICTURE:
        refuse("too-many-dots", width=picture.width, height=picture.height)
    if picture.format == "MPO" or picture.format == "JPEG":  # the first is a JPEG with more behind it
        must(scans(content) <= MOST_SCANS)
    elif getattr(picture, "is_animated", False):
        refuse("moves")


def scans(jpeg: bytes) -> int:
    """How many times it goes over its dots; whatever stands behind its end does not count."""
    count, place = 0, 0
    while (marker := MARKER.search(jpeg, place)) and marker[1][0] != ENDS:
        place = marker.end()
        if marker[1][0] != BEGINS:
            place += int.from_bytes(jpeg[place : place + 2])
        count += marker[1][0] == SCAN
    return count


def rewritten(content: bytes, kind: str) -> bytes:
    """The same dots, upright, in the colours of every screen; and no word of where, when, by whom and with what it was
    taken, nor anything that was hidden in or behind them. Raises ValidationError, or one of UNREADABLE."""
    with Image.open(BytesIO(content), formats=[kind]) as opened:
        check(opened, content)
        opened.load()
        options: dict[str, Any] = {}
        if isinstance(opened, JpegImagePlugin.JpegImageFile):
            options = {"progressive": True, "optimize": True}
            if opened.mode in ("L", "RGB"):  # as fine as it was, and no larger
                options |= {"qtables": opened.quantization, "subsampling": JpegImagePlugin.get_sampling(opened)}
            else:
                options |= {"quality": 92}
        upright = ImageOps.exif_transpose(opened)
        is_plain = upright.mode in COMMON and not upright.info.get("icc_profile")
        return saved(upright if is_plain else in_common_colours(upright), format=kind, **options)


def in_common_colours(picture: Image.Image) -> Image.Image:
    """Red, green and blue as every screen shows them, and see-through only where something of it is."""
    if picture.mode in DEEP:
        picture = picture.convert("I").point(lambda shade: shade / 256).convert("L")
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "RGBA", "CMYK", "L"):
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        with suppress(ImageCms.PyCMSError, OSError):  # of a profile that is none, the numbers stand as they are
            source, common = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            picture = ImageCms.profileToProfile(picture, source, common, outputMode=mode) or picture
    clear = picture.convert("RGBA") if picture.has_transparency_data else picture.convert("RGB")
    if clear.mode == "RGBA" and clear.getchannel("A").getextrema() == (255, 255):
        clear = clear.convert("RGB")
    return clear


def saved(picture: Image.Image, **options: Any) -> bytes:
    """Without what its camera noted: a copy that has nothing but its dots."""
    content, bare = BytesIO(), picture.copy()
    bare.info = {name: value for name, value in picture.info.items() if name == "transparency"}
    bare.save(content, **options)
    return content.getvalue()
