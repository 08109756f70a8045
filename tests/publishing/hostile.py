"""Files that harm those who open them, or that tell more than they show; and the honest ones that look like them."""

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import ExifTags, Image, PngImagePlugin

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def pdf(catalog=b"", *more, page=b"", trailer=b""):
    """Of one empty page. Further objects are numbered from 4 on."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]" + page + b">>",
        *more,
    ]
    content, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    content += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(places) + 1, table) + (
        b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, trailer, len(content))
    )
    return content


def stream(content, more=b""):
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (more, len(content), content)


def packed_pdf(catalog, *more, filters=1):
    """With all objects in one packed stream, as PDFs are since 2003; packed several times over if told so."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        *more,
    ]
    head, body = b"", b""
    for number, each in enumerate(objects, 1):
        head += b"%d %d " % (number, len(body))
        body += each + b" "
    inside = head + body
    for _ in range(filters):
        inside = zlib.compress(inside)
    last, content = len(objects) + 1, b"%PDF-1.7\n"
    names = b"[" + b"/FlateDecode" * filters + b"]"
    more_of_it = b"/Type/ObjStm/N %d/First %d/Filter%s" % (len(objects), len(head), names)
    places = b"".join(b"\2" + struct.pack(">IH", last, index) for index in range(len(objects)))
    stored = b"%d 0 obj\n%s\nendobj\n" % (last, stream(inside, more_of_it))
    table_at = len(content) + len(stored)
    places = b"\0" * 7 + places + b"\1" + struct.pack(">IH", len(content), 0) + b"\1" + struct.pack(">IH", table_at, 0)
    table = stream(places, b"/Type/XRef/W[1 4 2]/Root 1 0 R/Size %d" % (last + 2))
    return content + stored + b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (last + 1, table, table_at)


def action(what, catalog=b"/OpenAction 4 0 R"):
    return pdf(catalog, b"<</Type/Action" + what + b">>")


SCRIPT = b"/S/JavaScript/JS(app.alert\\(1\\))"
LINK = b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI%s>>>>]"
FILE = stream(b"secret", b"/Type/EmbeddedFile")


def with_file(**options):
    """A PDF that pypdf attached a file to."""
    return pdf(
        b"/Names<</EmbeddedFiles<</Names[(a.xml)4 0 R]>>>>",
        b"<</Type/Filespec/F(a.xml)/UF(a.xml)/EF<</F 5 0 R>>>>",
        FILE,
        **options,
    )


def photo(kind="JPEG", *, place=True, **options):
    exif, content = Image.Exif(), BytesIO()
    if place:
        exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (51.0, 54.0, 7.0)})
    else:
        exif[ExifTags.Base.Artist] = "Ann Example"
    Image.new("RGB", (40, 30), "navy").save(content, kind, exif=exif, **options)
    return content.getvalue()


def image(kind, mode="RGB", size=(40, 30), **options):
    content = BytesIO()
    Image.new(mode, size).save(content, kind, **options)
    return content.getvalue()


def moving(kind):
    content = BytesIO()
    first, second = Image.new("RGB", (40, 30), "red"), Image.new("RGB", (40, 30), "blue")
    first.save(content, kind, save_all=True, append_images=[second])
    return content.getvalue()


def claiming(width, height):
    """A PNG of a few bytes that says that it is so large."""
    content = image("PNG")
    head = b"IHDR" + struct.pack(">II", width, height) + content[24:29]
    return content[:12] + head + struct.pack(">I", zlib.crc32(head)) + content[33:]


def many_scans(count):
    """A JPEG that is worked through again and again: its last scan repeated."""
    content = image("JPEG", progressive=True, size=(64, 64))
    last = content.rindex(b"\xff\xda")
    return content[:last] + content[last:-2] * count + content[-2:]


def zipped(members, method=zipfile.ZIP_DEFLATED):
    content = BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, text in members:
            archive.writestr(name, text)
    return content.getvalue()


def types(kind, more=""):
    return f'<Types><Override PartName="/main.xml" ContentType="{kind}.main+xml"/>{more}</Types>'


def rels(kind, target, mode=' TargetMode="External"'):
    return f'<Relationships><Relationship Id="r1" Type="{RELATIONS}/{kind}" Target="{target}"{mode}/></Relationships>'


def prefixed(relations):
    """The same in other letters, as XML has it."""
    return relations.replace("<Rel", "<a-b.c:Rel").replace("</Rel", "</a-b.c:Rel").replace(">", " xmlns:a-b.c='d'>", 1)


TEMPLATE = (
    "word/_rels/settings.xml.rels",
    rels("attachedTemplate", "file:///\\\\council-fs01\\Letter%20of%20Ann.dotm"),
)


def docx(body="<w:p><w:r><w:t>Words</w:t></w:r></w:p>", *more, kind=WORD, extra=""):
    body = f"<w:document><w:body>{body}</w:body></w:document>" if isinstance(body, str) else body
    return zipped([("[Content_Types].xml", types(kind, extra)), ("word/document.xml", body), *more])


def xlsx(sheets='<sheet name="Sums" sheetId="1" r:id="r1"/>', *more):
    workbook = f"<workbook><sheets>{sheets}</sheets></workbook>"
    return zipped([("[Content_Types].xml", types(EXCEL)), ("xl/workbook.xml", workbook), *more])


def odt(body="<text:p>Words</text:p>", *more, kinds=""):
    manifest = f'<manifest:manifest><manifest:file-entry media-type="{ODT}"/>{kinds}</manifest:manifest>'
    content = f"<office:document-content>{body}</office:document-content>"
    return zipped(
        [(zipfile.ZipInfo("mimetype"), ODT), ("META-INF/manifest.xml", manifest), ("content.xml", content), *more]
    )


def entry(kind):
    return f'<manifest:file-entry manifest:full-path="Object 1/" manifest:media-type="{kind}"/>'


def repeated(count, *, is_apart):
    """A zip file of many parts that are each packed to a thousandth: the same bytes under many names, or each apart."""
    content = zipped([("word/media/00000", b"\0" * 990_000)])
    start, end = content.rindex(b"PK\1\2"), content.rindex(b"PK\5\6")
    parts, listed = b"", b""
    for number in range(count):
        name = b"media/%05d" % number
        place = len(parts) if is_apart or not number else 0
        listed += (content[start : start + 42] + struct.pack("<I", place) + content[start + 46 : end]).replace(
            b"media/00000", name
        )
        parts += content[:start].replace(b"media/00000", name) if is_apart or not number else b""
    return parts + listed + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, len(listed), len(parts), 0)


def utf_16(text):
    return f"<w:document>{text}</w:document>".encode("utf-16")


# By what they are: the name of the file, what is in it, and which reason is told
DOCUMENTS = {
    # PDF: scripts
    "a script when it is opened": ("a.pdf", action(SCRIPT), "script"),
    "a script under names in numbers": ("a.pdf", action(b"/#53/J#61vaScr#69pt/#4a#53(x)"), "script"),
    "a script behind a comment": ("a.pdf", action(b"/S%hidden\n/JavaScript/JS(x)"), "script"),
    "a script behind a long comment": ("a.pdf", action(b"/S%" + b"x" * 5000 + b"\n/JavaScript/JS(x)"), "script"),
    "a script whose kind stands elsewhere": ("a.pdf", pdf(b"/OpenAction<</S 4 0 R/JS(x)>>", b"/JavaScript"), "script"),
    "a script by name": ("a.pdf", pdf(b"/Names<</JavaScript<</Names[(a)4 0 R]>>>>", b"<<" + SCRIPT + b">>"), "script"),
    "a script when a page is left": ("a.pdf", pdf(page=b"/AA<</C<<" + SCRIPT + b">>>>"), "script"),
    "a script in a field": (
        "a.pdf",
        pdf(b"/AcroForm<</Fields[4 0 R]>>", b"<</FT/Tx/T(a)/AA<</K<<" + SCRIPT + b">>>>>>"),
        "script",
    ),
    "a script in a packed stream": ("a.pdf", packed_pdf(b"/OpenAction 4 0 R", b"<<" + SCRIPT + b">>"), "script"),
    "a script packed three times": (
        "a.pdf",
        packed_pdf(b"/OpenAction 4 0 R", b"<<" + SCRIPT + b">>", filters=3),
        "script",
    ),
    "a script in an older state": ("a.pdf", action(SCRIPT) + pdf()[9:], "script"),
    "a script that no table lists": ("a.pdf", pdf() + b"\n9 0 obj<<" + SCRIPT + b">>endobj", "script"),
    "a link that is a script": ("a.pdf", pdf(page=LINK % b"(javascript:alert\\(1\\))"), "script"),
    "a link that is a script in octal": ("a.pdf", pdf(page=LINK % b"(\\152ava\\\nScript:x)"), "script"),
    "a link that is a script in numbers": ("a.pdf", pdf(page=LINK % b"<6A6176617363 726970743A78>"), "script"),
    "a link that is a page": ("a.pdf", pdf(page=LINK % b"( data:text/html,x)"), "script"),
    # PDF: what starts and fetches
    "a program started": ("a.pdf", action(b"/S/Launch/F(cmd.exe)"), "starts"),
    "a program started, in numbers": ("a.pdf", action(b"/S /L#61unch/Win<</F(cmd.exe)>>"), "starts"),
    "a form that sends": ("a.pdf", action(b"/S/SubmitForm/F(https://example.org/)"), "starts"),
    "a form that fetches": ("a.pdf", action(b"/S/ImportData/F(a.fdf)"), "starts"),
    "another file opened": ("a.pdf", action(b"/S/GoToR/F(\\\\\\\\host\\\\a.pdf)/D[0/Fit]"), "starts"),
    "an attached file opened": ("a.pdf", action(b"/S/GoToE/T<</R/C/N(a)>>"), "starts"),
    # PDF: what is attached
    "an attached file": ("a.pdf", with_file(), "attached"),
    "an invoice with its numbers attached": ("a.pdf", pdf(b"/AF[4 0 R]", b"<</EF<</UF 5 0 R>>>>", FILE), "attached"),
    "a file attached without saying so": (
        "a.pdf",
        pdf(b"/AF[4 0 R]", b"<</F(a)/EF 5 0 R>>", b"<</F 6 0 R>>", stream(b"secret")),
        "attached",
    ),
    "a portfolio": (
        "a.pdf",
        packed_pdf(b"/Collection<<>>/Names 4 0 R", b"<</EmbeddedFiles<</Names[(a)<</EF<</F 9 0 R>>>>]>>>>"),
        "attached",
    ),
    "a note with a file": (
        "a.pdf",
        pdf(b"", b"<</EF<</F 5 0 R>>>>", FILE, page=b"/Annots[<</Subtype/FileAttachment/FS 4 0 R>>]"),
        "attached",
    ),
    # PDF: what plays
    "a film": ("a.pdf", pdf(page=b"/Annots[<</Subtype/RichMedia/RichMediaContent<<>>>>]"), "media"),
    "a model with a script": ("a.pdf", pdf(page=b"/Annots[<</Subtype /3D/3DD<<>>>>]"), "media"),
    "a screen": ("a.pdf", action(b"/S/Rendition/OP 0"), "media"),
    "a form of LiveCycle": ("a.pdf", pdf(b"/AcroForm<</XFA[(template)4 0 R]>>", stream(b"<xdp/>")), "xfa"),
    "a photo that tells its place": (
        "a.pdf",
        pdf(b"", stream(photo(), b"/Subtype/Image/Filter/DCTDecode")),
        "position",
    ),
    # Word
    "macros": ("a.docx", docx("", ("word/vbaProject.bin", b"x")), "macros"),
    "a document with macros under another name": (
        "a.docx",
        docx(kind="application/vnd.ms-word.document.macroEnabled"),
        "macros",
    ),
    "macros under a name that says nothing": (
        "a.docx",
        docx("", ("word/_rels/document.xml.rels", rels("vba&#80;roject", "a.bin", "")), ("word/a.bin", b"x")),
        "macros",
    ),
    "a control": ("a.docx", docx("", ("word/activeX/activeX1.xml", "<ax/>")), "macros"),
    "an object": ("a.docx", docx("", ("word/embeddings/oleObject1.bin", b"x")), "embedded"),
    "a chart with its workbook": (
        "a.docx",
        docx("", ("word/charts/_rels/chart1.xml.rels", rels("package", "../a.xlsx", "")), ("word/a.xlsx", xlsx())),
        "embedded",
    ),
    "a picture from elsewhere in a document with a template": (
        "a.docx",
        docx("", TEMPLATE, ("word/_rels/document.xml.rels", rels("image", "https://example.org/a.png"))),
        "fetches",
    ),
    "a page in a frame": (
        "a.docx",
        docx("", ("word/_rels/webSettings.xml.rels", rels("frame", "https://example.org/"))),
        "fetches",
    ),
    "an object kept elsewhere": (
        "a.docx",
        docx("", ("word/_rels/document.xml.rels", rels("oleObject", "file:///a.xlsx"))),
        "fetches",
    ),
    "a chapter kept elsewhere": (
        "a.docx",
        docx("", ("word/_rels/document.xml.rels", rels("subDocument", "https://example.org/a.docx"))),
        "fetches",
    ),
    "a picture from elsewhere behind a sign": (
        "a.docx",
        docx("", ("word/_rels/document.xml.rels", rels("image", "a>b", " a='>' TargetMode='Exter&#110;al'"))),
        "fetches",
    ),
    "a picture from elsewhere under another prefix": (
        "a.docx",
        docx("", ("word/_rels/a.RELS", prefixed(rels("image", "https://example.org/a.png")))),
        "fetches",
    ),
    "a picture from elsewhere": (
        "a.docx",
        docx("", ("word/_rels/document.xml.rels", rels("image", "https://example.org/a.png"))),
        "fetches",
    ),
    "a program as a field": ("a.docx", docx("<w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText>"), "fetches"),
    "a program as a field in pieces": (
        "a.docx",
        docx("<w:instrText> DDE</w:instrText><w:r/><w:instrText>AUTO cmd</w:instrText>"),
        "fetches",
    ),
    "words struck out": ("a.docx", docx('<w:del w:author="Ann"><w:delText>secret</w:delText></w:del>'), "tracked"),
    "words struck out, in other letters": ("a.docx", docx(utf_16("<w:ins >x</w:ins>")), "tracked"),
    "a comment": ("a.docx", docx("", ("word/comments.xml", "<w:comments><w:comment/></w:comments>")), "tracked"),
    "a locked document": ("a.docx", bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600, "old-office"),
    # Zip
    "a part that fills the memory": ("a.docx", docx("", ("word/a.xml", b" " * 9_000_000)), "bomb"),
    "parts over one another": ("a.docx", repeated(20, is_apart=False), "bomb"),
    "parts that together fill the memory": ("a.docx", repeated(310, is_apart=True), "bomb"),
    "thousands of parts": ("a.docx", docx("", *((f"word/{number}", b"") for number in range(5_001))), "bomb"),
    "a part under a name that leads out": ("a.docx", docx("", ("word/../../a", b"x")), "bomb"),
    "a part under the name of another": ("a.docx", docx("", ("WORD/document.xml", b"x")), "bomb"),
    "a part under the name of a disk": ("a.docx", docx("", ("C:/a", b"x")), "bomb"),
    "a laugh of a thousand millions": (
        "a.docx",
        docx('<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>&b;'),
        "is not Word",
    ),
    # Excel
    "a hidden sheet": ("a.xlsx", xlsx('<sheet name="Staff &amp; pay" state="hidden"/>'), "hidden"),
    "a sheet hidden twice": ("a.xlsx", xlsx("<sheet name='Staff' state='veryHidde&#110;'/>"), "hidden"),
    "a link to another workbook": (
        "a.xlsx",
        xlsx("", ("xl/externalLinks/_rels/externalLink1.xml.rels", rels("externalLinkPath", "file:///a.xlsx"))),
        "fetches",
    ),
    "a comment on a cell": ("a.xlsx", xlsx("", ("xl/comments1.xml", "<comments><comment/></comments>")), "tracked"),
    "figures behind a table": ("a.xlsx", xlsx("", ("xl/pivotCache/pivotCacheRecords1.xml", "<x/>")), "pivot"),
    "a link to a database": ("a.xlsx", xlsx("", ("xl/connections.xml", "<x/>")), "fetches"),
    "macros of 1992": ("a.xlsx", xlsx("", ("xl/macrosheets/sheet1.xml", "<x/>")), "macros"),
    # OpenDocument
    "macros of LibreOffice": ("a.odt", odt("", ("Basic/Standard/Module1.xml", "<x/>")), "macros"),
    "a script in Python": ("a.odt", odt("", ("Scripts/python/a.py", "x")), "macros"),
    "a button that runs something": ("a.odt", odt('<script:event-listener script:language="ooo:script"/>'), "macros"),
    "a workbook inside": ("a.odt", odt(kinds=entry(ODT.replace("text", "spreadsheet"))), "embedded"),
    "an object of another program": ("a.odt", odt(kinds=entry("application/vnd.sun.star.oleobject")), "embedded"),
    "a text from elsewhere": ("a.odt", odt('<text:section-source xlink:href="https://example.org/"/>'), "fetches"),
    "a picture fetched by a text": ("a.odt", odt('<draw:image xlink:href="https://example.org/a.png"/>'), "fetches"),
    "a note in the margin": ("a.odt", odt("<office:annotation >secret</office:annotation>"), "tracked"),
    "earlier states": ("a.odt", odt("", ("Versions/Version1", b"x")), "tracked"),
    "a locked text": ("a.odt", odt(kinds="<manifest:encryption-data/>"), "old-office"),
    # CSV
    "a program in a cell": ("a.csv", b"a,b\n1,=cmd|' /C calc'!A0\n", "formula"),
    "a sum in a cell": ("a.csv", b'\xef\xbb\xbf"=1+1",b\n', "formula"),
    "a formula with another sign": ("a.csv", b"a;@SUM(A1)\n", "formula"),
    "a page as CSV": ("a.csv", b"<script>alert(1)</script>", "is not CSV"),
    # Pictures
    "a picture as large as a field": ("a.png", image("PNG", "1", (5001, 5000)), "too-many-dots"),
    "a picture that claims to be": ("a.png", claiming(100_000, 100_000), "too-many-dots"),
    "a picture that moves": ("a.png", moving("PNG"), "moves"),
    "a picture painted over and over": ("a.jpg", many_scans(101), "is not JPEG"),
    "half a picture": ("a.png", image("PNG")[:-30], "is not PNG"),
    "a drawing": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "does not take this kind of file"),
    "a drawing as PNG": ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is not PNG"),
    # Names
    "a program": ("plan.pdf.exe", b"MZ", "does not take this kind of file"),
    "a page": ("a.html", b"<script>alert(1)</script>", "does not take this kind of file"),
    "a page with a space": ("a.html ", b"<script>alert(1)</script>", "does not take this kind of file"),
    "a name with a full stop": ("a.pdf.", pdf(), "does not take this kind of file"),
    "a name read backwards": ("a\u202efdp.exe", b"MZ", "does not take this kind of file"),
    "nothing": ("a.pdf", b"", "empty"),
}  # fmt: skip

PICTURES = {
    "a picture as large as a field": ("a.png", image("PNG", "1", (5001, 5000)), "too-many-dots"),
    "a picture that claims to be": ("a.jpg", claiming(60_000, 60_000), "too-many-dots"),
    "a GIF that moves": ("a.gif", moving("GIF"), "moves"),
    "a WebP that moves": ("a.webp", moving("WEBP"), "moves"),
    "a picture painted over and over": ("a.jpg", many_scans(101), "damaged"),
    "a drawing": ("a.svg", b"<svg/>", "JPEG, PNG"),
    "a drawing as JPEG": ("a.jpg", b"<svg/>", "damaged"),
    "a PDF as PNG": ("a.png", pdf(), "damaged"),
    "a page as GIF": ("a.gif", b"GIF89a/*<script>*/=1;alert(1)", "damaged"),
}  # fmt: skip

# What looks alike and does no harm
HONEST = {
    "a PDF that opens at its first page": ("a.pdf", pdf(b"/OpenAction[3 0 R/XYZ null null 0]")),
    "a PDF with buttons for pages": ("a.pdf", action(b"/S/GoTo/D[3 0 R/Fit]") + b"% /JavaScript /Launch /EF"),
    "a PDF that prints": ("a.pdf", action(b"/S/Named/N/Print", b"/AA<</WP 4 0 R>>")),
    "a PDF with links": ("a.pdf", pdf(page=LINK % b"(https://example.org/?a=javascript:b)")),
    "a PDF with a form to fill in": (
        "a.pdf",
        pdf(b"/AcroForm<</Fields[4 0 R]/NeedAppearances true>>", b"<</FT/Tx/T(Name)/Subtype/Widget/Rect[0 0 9 9]>>"),
    ),
    "a PDF with all in one stream": ("a.pdf", packed_pdf(b"/Lang(en)", b"<</S/P/K 0>>")),
    "a PDF with lists left empty": ("a.pdf", pdf(b"/Names<</JavaScript<</Names[]>>/EmbeddedFiles<</Names[]>>>>")),
    "a PDF with a font called EF": ("a.pdf", pdf(b"", b"<</Type/Font>>", page=b"/Resources<</Font<</EF 4 0 R>>>>")),
    "a PDF with a photo": ("a.pdf", pdf(b"", stream(photo(place=False), b"/Subtype/Image/Filter/DCTDecode"))),
    "a PDF saved twice": ("a.pdf", pdf() + pdf()[9:]),
    "a Word document with links": (
        "a.docx",
        docx("<w:instrText>PAGE</w:instrText>", ("word/_rels/document.xml.rels", rels("hyperlink", "https://a.org/"))),
    ),
    "a Word document with a template of the council": ("a.docx", docx("Words", TEMPLATE)),
    "a workbook of two sheets": ("a.xlsx", xlsx('<sheet name="Hidden" state="visible"/><sheet name="B"/>')),
    "a text with a chart": ("a.odt", odt('<draw:image xlink:href="Pictures/a.png"/>', kinds=entry(ODT[:-4] + "chart"))),
    "a table with signs": (
        "a.csv",
        b"Change,Note\n-5,+44 (0)1438\n- 3 (of 4),@stevenage\n\"a (b) = c\",a=b\n",
    ),
    "a grey picture": ("a.png", image("PNG", "L")),
    "a picture of few colours": ("a.png", image("PNG", "P")),
    "a deep picture": ("a.png", image("PNG", "I;16")),
    "a picture for printers": ("a.jpg", image("JPEG", "CMYK")),
    "a picture in ten scans": ("a.jpg", image("JPEG", progressive=True)),
    "an upper-case name": ("A.JPG", photo()),
}  # fmt: skip


def png_with_more():
    """Words, packed words, a page behind its end."""
    texts, content = PngImagePlugin.PngInfo(), BytesIO()
    texts.add_text("Author", "Ann Example")
    texts.add_itxt("XML:com.adobe.xmp", "Ann Example", zip=True)
    Image.new("RGB", (40, 30)).save(content, "PNG", pnginfo=texts, icc_profile=b"Ann Example")
    return content.getvalue() + b"<script>Ann Example</script>"
