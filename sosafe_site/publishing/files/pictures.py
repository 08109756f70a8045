"""From an uploaded picture to what readers get: smaller ones in the formats of today, and nothing that it says of
where and with what it was taken.
"""

from io import BytesIO
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.files import File
from PIL import Image, ImageOps

from sosafe_site.publishing.files.images import check, in_common_colours, saved
from sosafe_site.publishing.files.inspect import LARGEST_FILE, extension_of
from sosafe_site.publishing.files.reading import UNREADABLE

WIDTHS = (320, 640, 1280)  # dots; a phone, a phone with a dense screen, the width of a text on a large dense one
SHARED = (1200, 630)  # dots, as the sites want it that show a picture beside a link
SHARED_NAME = "share.jpg"
TAKEN = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "avif": "AVIF", "gif": "GIF"}
# The smallest first, as browsers choose; each with how it is written. A fallback follows for browsers without either.
MODERN: dict[str, dict[str, Any]] = {"avif": {"quality": 60, "speed": 8}, "webp": {"quality": 80, "method": 4}}
OPAQUE: dict[str, Any] = {"format": "JPEG", "quality": 82, "progressive": True, "optimize": True}
CLEAR: dict[str, Any] = {"format": "PNG", "optimize": True}
CONTENT_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg", "png": "image/png"}


class Made(NamedTuple):
    width: int  # of the largest
    height: int
    fallback: str  # "jpg", or "png" where something of it is see-through
    files: dict[str, bytes]  # by name, such as "640.avif"


def widths_up_to(width: int) -> list[int]:
    """Those in which a picture is kept whose largest is so wide."""
    return [*(each for each in WIDTHS if each < width), width]


def made_from(upload: File) -> Made:
    """Raises ValidationError, with what to do, when the site does not take the file."""
    extension = extension_of(upload.name)
    if extension in ("heic", "heif"):
        raise ValidationError(
            "Browsers can’t show a photo in Apple’s format HEIC. On the iPhone, open it in Photos, share it by Mail "
            "and save what arrives, or choose Settings, Camera, Formats, “Most Compatible” for those to come."
        )
    if extension not in TAKEN:
        raise ValidationError("The site takes pictures as JPEG, PNG, WebP, AVIF or GIF. Save it as one of these.")
    if upload.size > LARGEST_FILE:
        raise ValidationError("This picture is larger than 50 MB. Make it smaller in a picture program and try again.")
    upload.open("rb")
    content = BytesIO(upload.read())
    upload.seek(0)  # left open: an upload that is still in memory would be gone once closed
    try:
        return made(content)
    except UNREADABLE as error:
        raise ValidationError(
            "This picture can’t be opened: it is damaged, or no picture of the kind that its name says. Open it in a "
            "picture program, save it again as JPEG and upload that."
        ) from error


def made(content: BytesIO) -> Made:
    """Whatever of the known kinds it is: many a file is named JPEG and is another."""
    with Image.open(content, formats=sorted(set(TAKEN.values()))) as opened:
        check(opened, content.getvalue())
        opened.draft("RGB", (2 * WIDTHS[-1], 2 * WIDTHS[-1]))  # of a JPEG, no more dots are read than are needed
        upright = ImageOps.exif_transpose(opened)
        picture = in_common_colours(upright)
    picture.thumbnail((WIDTHS[-1], 4 * WIDTHS[-1]), Image.Resampling.LANCZOS)
    is_clear = picture.mode == "RGBA"
    fallback = "png" if is_clear else "jpg"
    files = {}
    for width in widths_up_to(picture.width):
        sized = picture.resize((width, max(1, round(picture.height * width / picture.width))), Image.Resampling.LANCZOS)
        for name, options in MODERN.items():
            files[f"{width}.{name}"] = saved(sized, format=name.upper(), **options)
        files[f"{width}.{fallback}"] = saved(sized, **(CLEAR if is_clear else OPAQUE))
    files[SHARED_NAME] = saved(ImageOps.fit(on_white(picture), SHARED, Image.Resampling.LANCZOS), **OPAQUE)
    return Made(picture.width, picture.height, fallback, files)


def on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white
