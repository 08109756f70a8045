"""Why a file is not taken, and how to make one that is, for officers."""

_PRINT = (
    "Or open it and print it to a new PDF: “Microsoft Print to PDF” on Windows, “Save as PDF” on a Mac; then give it "
    "its title and tags again."
)
_INSPECT = "File, Info, Check for issues, Inspect document finds the rest."

REFUSALS = {
    # Of a PDF
    "script": (
        "There is a script in this PDF, a small program that would run on the computers of those who open it. "
        "Make it again from the document that it came from, or take the script out in Acrobat: File, Save as other, "
        f"Optimised PDF, Discard objects, “Discard all JavaScript actions”. {_PRINT}"
    ),
    "starts": (
        "There is a link or button in this PDF that starts a program, sends what people fill in to somewhere, or opens "
        "a file that is not on this site. Take it out: Acrobat: All tools, Edit a PDF, Link. Link to the web address "
        f"of a page instead. {_PRINT}"
    ),
    "attached": (
        "Another file is attached inside this PDF, so readers would be given more than its pages show. Upload that "
        "file as a document of its own if it is for the public, and take it out here: Acrobat: open the list of "
        "attachments (the paper clip), choose each, Delete. LibreOffice: Export as PDF without “Hybrid PDF” and "
        f"without “PDF/A-3”. {_PRINT}"
    ),
    "media": (
        "There is a film, sound or model in this PDF, which most programs don’t play and which can hold a script. "
        f"Take it out and link to the film instead. {_PRINT}"
    ),
    "xfa": (
        "This PDF is a form of the kind XFA, which browsers and phones show as an empty page. Make it in Word or "
        f"LibreOffice and export that. {_PRINT}"
    ),
    "position": (
        "A photo in this file says where it was taken, down to a few metres. Take that out of the photo, put the photo "
        "in again and save the file anew. Windows: right click on the photo, Properties, Details, “Remove Properties "
        "and Personal Information”. Mac: open it in Preview, Tools, Show Inspector, GPS, “Remove Location Info”."
    ),
    # Of Word, Excel and OpenDocument
    "old-office": (
        "This file needs a password, or is of the kind that Word and Excel wrote before 2007. Save it without a "
        "password (File, Info, Protect, Encrypt with password: empty the box) as {kind}, and upload that."
    ),
    "macros": (
        "There are macros in this file: small programs that would run on the computers of those who open it. Word or "
        "Excel: File, Save as, and choose the kind without macros (.docx, .xlsx). LibreOffice: Tools, Macros, Organise "
        "macros, delete those of this document. Or export it as PDF."
    ),
    "embedded": (
        "There is another file inside this one, such as the workbook behind a chart. Readers could open all of it, "
        "also what the page does not show. Copy the chart or object, delete it, and choose Paste special, Picture. "
        "Or export the document as PDF."
    ),
    "pivot": (
        "There is a pivot table in this workbook, which keeps all rows that it was counted from, even when their sheet "
        "is gone. Copy the table, choose Paste special, Values on a new sheet, and delete the sheet with the pivot "
        "table. Or export what you need as PDF."
    ),
    "fetches": (
        "This file fetches something from another place when it is opened: a picture, a text, or the cells of another "
        "workbook. It would break, and tell that place who reads it. Word: File, Info, Edit links to files, Break "
        "link. Excel: Data, Edit links, Break link; Data, Queries and connections, Delete. LibreOffice: Edit, External "
        "links, Break link. Or export it as PDF."
    ),
    "hidden": (
        "Sheets of this workbook are hidden: {names}. Readers can show them with two clicks. Right click on the "
        "name of any sheet, Unhide, look through each, and delete what is not for the public."
    ),
    "tracked": (
        "This file still tells its history: comments, or words that were struck out or put in while it was written. "
        "Word: Review, Accept all changes, then Delete all comments. LibreOffice: Edit, Track changes, Accept all; "
        f"delete the comments. Excel: Review, Comments, Delete. {_INSPECT}"
    ),
    "bomb": (
        "This file is packed so that it fills the computer of whoever opens it, or its parts lie over one another. "
        "Open it in the program that made it, save it anew as {kind} and upload that. If it comes from somebody else, "
        "don’t open it: ask them for a PDF."
    ),
    "formula": (
        "Line {line} of this CSV file holds a formula, which Excel would run on the computers of those who open it. In "
        "Excel: copy all, Paste special, Values, and save it again as “CSV UTF-8”."
    ),
    # Of pictures
    "too-many-dots": (
        "This picture has {width} × {height} dots, more than the 25 million that the site takes. Make it smaller in a "
        "picture program and try again."
    ),
    "moves": (
        "This picture moves, which many people can’t bear or can’t stop. Open it in a picture program, choose the one "
        "picture that matters, save that as PNG or JPEG and upload it."
    ),
    # Of any
    "too-much": (
        "This file takes more memory or time to read than the site gives to one. Open it in the program that made it, "
        "save it anew, smaller if you can, and upload that."
    ),
}
