"""What of a file shuts readers out, why it matters and how to mend it, for officers."""

from typing import NamedTuple


class Flaw(NamedTuple):
    what: str  # follows "it"
    why: str
    mend: str


FLAWS = {
    "protected": Flaw(
        "is protected",
        "Protection can stop a screen reader from reading the text, and stops readers from copying it.",
        "Save it without protection. Acrobat: File, Properties, Security, No security. "
        "Word and LibreOffice: export it again and leave the password and permission boxes empty.",
    ),
    "no-text": Flaw(
        "holds pictures of pages instead of text",
        "A screen reader finds nothing to read, and nobody can search it, copy from it or make its letters larger. "
        "It was probably scanned.",
        "Make the PDF from the document itself: open that in Word or LibreOffice and export it. If there is only "
        "paper, Acrobat can recognise the text: All tools, Scan & OCR, Recognise text. Read through what it found.",
    ),
    "no-tags": Flaw(
        "has no tags",
        "Tags tell a screen reader what is a heading, a list or a table, and in what order to read.",
        "Word: File, Save as, PDF, Options, tick “Document structure tags for accessibility”. LibreOffice: File, "
        "Export as PDF, tick “Tagged PDF” or “Universal Accessibility”. Acrobat: All tools, Prepare for "
        "accessibility, Automatically tag PDF. It helps only if headings were made with heading styles.",
    ),
    "no-language": Flaw(
        "does not say which language it is in",
        "A screen reader then guesses how to say the words, and may read English with foreign sounds.",
        "Word: Review, Language, Set proofing language, then export it again. LibreOffice: Tools, Options, Languages, "
        "then export it again. Acrobat: File, Properties, Advanced, Language.",
    ),
    "no-title": Flaw(
        "has no title",
        "A screen reader reads the title out first, and browsers show it in the tab. Without one people get a file "
        "name.",
        "Word: File, Info, Title, then export it again. LibreOffice: File, Properties, Description, Title, then "
        "export it again. Acrobat: File, Properties, Description, Title.",
    ),
}
