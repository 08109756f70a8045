"""Files of Word, Excel and OpenDocument: zip files of many parts. They are taken when they hold only what people see,
and given out without the names of who wrote them, without what cameras noted in their photos, and tied to no template.
"""

import html
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from PIL import Image

from sosafe_site.publishing.files.images import rewritten
from sosafe_site.publishing.files.reading import UNREADABLE, Facts, first_day, inside, must, refuse

MOST_MEMBERS = 5_000
MOST_UNPACKED = 300_000_000  # bytes of all parts together, by their own word; zipfile reads no further than that
MOST_OF_A_PART = 50_000_000  # bytes of a part that is searched
PACKED_TIGHTLY = 1_000_000  # bytes, from which on a part
TIGHTEST = 200  # times smaller than it is is a bomb; a large table is packed to a thirtieth
OLD_OFFICE = bytes.fromhex("D0CF11E0A1B11AE1")  # how files begin that are locked, or older than 2007
PHOTOS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG"}

ODT = "application/vnd.oasis.opendocument."
SHOWN_OBJECTS = {"chart", "formula"}  # OpenDocument keeps these as documents in the document, with all that they show
WRITERS = re.compile(
    r"(<(?:\w+:)?(?:creator|lastModifiedBy|initial-creator|printed-by|Manager)(?:\s[^<>]*)?(?<!/)>)[^<]*"
)
WITH_WRITERS = {"docProps/core.xml", "docProps/app.xml", "meta.xml"}
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
ITS_OWN_TEMPLATE = "Normal.dotm"  # of whoever opens it
ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
MACROS = re.compile(r"macroenabled|vbaproject|activex|/control\b|macrosheet|dialogsheet", re.IGNORECASE)
EMBEDDED = re.compile(r"/(?:oleobject|package|afchunk|subdocument)$", re.IGNORECASE)
FIELDS = re.compile(r"<(?:\w+:)?instrText(?:\s[^<>]*)?>([^<]*)|\s(?:\w+:)?instr\s*=\s*[\"']([^\"']*)")
FETCHED_FIELD = re.compile(r"^\W*DDE(?:AUTO)?\b|\bDDEAUTO\b", re.IGNORECASE)
TRACKED = re.compile(r"<(?:\w+:)?(?:ins|del|moveFrom|moveTo|cellIns|cellDel|comment|threadedComment)[\s/>]")
TRACKED_ODT = re.compile(r"<(?:[\w-]+:)?(?:annotation|changed-region)[\s>]")
SHEET = re.compile(r"<(?:\w+:)?sheet\s[^<>]*>")
SCRIPT_ODT = re.compile(r"<(?:[\w-]+:)?event-listener[\s>]")
FETCHED_ODT = re.compile(
    r"<(?:[\w-]+:)?(?:dde-connection|dde-source|table-source|section-source)[\s>]"
    r"|<(?:[\w-]+:)?(?:image|object|object-ole|plugin|floating-frame|applet|background-image)\s"
    r"[^<>]*href\s*=\s*[\"'](?:\w+:|//|\.\./)"
)


class Parts:
    """Of a zip file. Raises ValidationError when it is made to harm, or one of UNREADABLE when it is none."""

    def __init__(self, content: BytesIO, kind: str) -> None:
        if content.getvalue().startswith(OLD_OFFICE):
            refuse("old-office", kind=kind)
        self.kind, self.archive = kind, zipfile.ZipFile(content)
        self.infos, self.size = self.archive.infolist(), len(content.getvalue())
        if not self.is_sound():
            refuse("bomb", kind=kind)

    def is_sound(self) -> bool:
        names = [info.filename for info in self.infos]
        return (
            len(names) <= MOST_MEMBERS
            and len({name.lower() for name in names}) == len(names)
            and all(is_plain(name) for name in names)
            and sum(info.compress_size for info in self.infos) <= self.size  # else parts lie over one another
            and sum(info.file_size for info in self.infos) <= MOST_UNPACKED
            and not any(
                info.file_size > PACKED_TIGHTLY and info.file_size > TIGHTEST * info.compress_size
                for info in self.infos
            )
        )

    @property
    def names(self) -> list[str]:
        return [info.filename for info in self.infos]

    def read(self, name: str) -> bytes:
        """Empty if there is none. Raises ValidationError for a part that is too large to search."""
        if name not in self.names:
            return b""
        info = self.archive.getinfo(name)
        if info.file_size > MOST_OF_A_PART:
            refuse("too-much")
        return self.archive.read(name)

    def text(self, name: str) -> str:
        """Of XML, which has no document type: in such, one short word can stand for gigabytes."""
        content = self.read(name)
        coding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
        text = content.decode(coding)
        must("<!DOCTYPE" not in text and "<!ENTITY" not in text)
        return text

    def relations(self) -> Iterator[tuple[str, list[dict[str, str]]]]:
        """What each part goes with, by which the programs find all parts and what they fetch from elsewhere."""
        for name in self.names:
            if name.lower().endswith(".rels"):
                root = ElementTree.fromstring(self.text(name))  # noqa: S314  # without a document type
                yield name, [dict(tag.attrib) for tag in root.iter() if tag.tag.rpartition("}")[2] == "Relationship"]

    def without_writers_and_places(self) -> bytes | None:
        """None when nothing of the kind is in it."""
        new = {name: content for name, content in self.cleaned() if content is not None}
        if not new:
            return None
        content = BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for info in self.infos:
                part = new.get(info.filename)
                archive.writestr(info, self.archive.read(info) if part is None else part)
        return content.getvalue()

    def cleaned(self) -> Iterator[tuple[str, bytes | None]]:
        for name in self.names:
            kind = PHOTOS.get(name.rpartition(".")[2].lower())
            if name in WITH_WRITERS:
                yield name, changed(self.text(name))
            elif kind:
                yield name, without_place(self.read(name), kind)
        for name, relations in self.relations():
            yield name, without_template(relations)


def is_plain(name: str) -> bool:
    return not (name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"))


def changed(text: str) -> bytes | None:
    new = WRITERS.sub(r"\1", text)
    return None if new == text else new.encode()


def without_template(relations: list[dict[str, str]]) -> bytes | None:
    """A document of Word is tied to the template that it was made with, which the council alone can fetch."""
    tied = [given for given in relations if is_template(given) and given.get("Target") != ITS_OWN_TEMPLATE]
    for given in tied:
        given["Target"] = ITS_OWN_TEMPLATE
    return written(relations) if tied else None


def is_template(given: dict[str, str]) -> bool:
    return given.get("Type", "").endswith("/attachedTemplate")


def written(relations: list[dict[str, str]]) -> bytes:
    tags = (" ".join(f"{name}={quoteattr(value)}" for name, value in each.items()) for each in relations)
    inside = "".join(f"<Relationship {tag}/>" for tag in tags)
    return f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{RELATIONS}">{inside}</Relationships>'.encode()


def without_place(photo: bytes, kind: str) -> bytes | None:
    """None for one that says nothing, or that is no picture at all: then it shows nothing either."""
    try:
        with Image.open(BytesIO(photo), formats=[kind]) as opened:
            says = "exif" in opened.info or "xmp" in opened.info or "XML:com.adobe.xmp" in opened.info
        return rewritten(photo, kind) if says else None
    except UNREADABLE:
        return None


def read_office(main_part: str, kind: str, content: BytesIO) -> Facts:
    """Word or Excel. The kind of the main part tells a document from one with macros under the same name."""
    parts = Parts(content, kind)
    types = parts.text("[Content_Types].xml")
    if MACROS.search(types) or any(MACROS.search(name) for name in parts.names):
        refuse("macros")
    must(main_part in types)
    for _, relations in parts.relations():
        check_relations(relations)
    if any("/embeddings/" in name for name in parts.names):
        refuse("embedded")
    check_words(parts)
    core = parts.text("docProps/core.xml").encode()
    return Facts(
        dated_on=first_day(inside(core, "modified"), inside(core, "created")),
        rewritten=parts.without_writers_and_places(),
    )


def check_relations(relations: list[dict[str, str]]) -> None:
    for given in relations:
        kind = given.get("Type", "")
        if MACROS.search(kind):
            refuse("macros")
        is_elsewhere = given.get("TargetMode", "Internal") != "Internal"
        if is_elsewhere and not (kind.endswith("/hyperlink") or is_template(given)):
            refuse("fetches")
        if EMBEDDED.search(kind):
            refuse("embedded")


def check_words(parts: Parts) -> None:
    for name in parts.names:
        if name.startswith("xl/pivotCache/pivotCacheRecords"):
            refuse("pivot")
        if name == "xl/connections.xml":
            refuse("fetches")
        if name == "xl/workbook.xml":
            sheets = [attributes(tag) for tag in SHEET.findall(parts.text(name))]
            hidden = [sheet.get("name", "") for sheet in sheets if sheet.get("state", "visible") != "visible"]
            if hidden:
                refuse("hidden", names=", ".join(f"“{each}”" for each in hidden))
        elif name.endswith(".xml") and ("comment" in name.lower() or name.startswith("word/")):
            text = parts.text(name)
            if TRACKED.search(text):
                refuse("tracked")
            if FETCHED_FIELD.search("".join(run or whole for run, whole in FIELDS.findall(text))):
                refuse("fetches")


def attributes(tag: str) -> dict[str, str]:
    return {name: html.unescape(value or other) for name, value, other in ATTRIBUTE.findall(tag)}


def read_odt(content: BytesIO) -> Facts:
    parts = Parts(content, "OpenDocument")
    must(parts.read("mimetype") == f"{ODT}text".encode())
    manifest = parts.text("META-INF/manifest.xml")
    if "encryption-data" in manifest:
        refuse("old-office", kind="OpenDocument")
    if any(name.startswith("Versions/") for name in parts.names):
        refuse("tracked")
    if any(name.startswith(("Basic/", "Scripts/", "Dialogs/")) for name in parts.names):
        refuse("macros")
    kinds = set(re.findall(rf"{re.escape(ODT)}([\w-]+)", manifest)) - {"text"}
    if "vnd.sun.star.oleobject" in manifest or not kinds <= SHOWN_OBJECTS:
        refuse("embedded")
    for name in parts.names:
        if name.endswith(("content.xml", "styles.xml")):
            check_text(parts.text(name))
    meta = parts.text("meta.xml").encode()
    return Facts(
        dated_on=first_day(inside(meta, "date"), inside(meta, "creation-date")),
        rewritten=parts.without_writers_and_places(),
    )


def check_text(text: str) -> None:
    for reason, pattern in (("macros", SCRIPT_ODT), ("fetches", FETCHED_ODT), ("tracked", TRACKED_ODT)):
        if pattern.search(text):
            refuse(reason)
