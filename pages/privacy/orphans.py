"""Files in the storage that nothing on this site names: of uploads that came to nothing, and of drafts given up."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta

from django.core.files.storage import default_storage

from sosafe_site.publishing.clock import right_now
from sosafe_site.publishing.models import Document, DocumentVersion, Picture, Revision

UNTOUCHED = timedelta(days=1)  # so that a form that is being saved keeps what it has just stored
DOCUMENTS, PICTURES = "documents", "pictures"
NAME_OF_A_FILE = re.compile(rf"{DOCUMENTS}/[^\"\\]+")


def delete_orphans() -> int:
    """What any version has or ever had stays, however old: history is read for its name. Looks into two folders alone.

    Gives how many files are gone.
    """
    count = 0
    for name in [*documents_of_nobody(), *pictures_of_nobody()]:
        default_storage.delete(name)
        count += 1
    return count


def documents_of_nobody() -> set[str]:
    names = {f"{DOCUMENTS}/{name}" for name in listed(DOCUMENTS)[1]}
    names.difference_update(DocumentVersion.objects.values_list("file", flat=True).iterator())
    found = {name for name in names if is_old(name)}
    if found:  # history is long, and there is rarely anything to ask it for
        of_documents = Revision.objects.filter(model=Document._meta.label_lower).order_by()
        for contents in of_documents.values_list("content", "base").iterator(chunk_size=100):
            found.difference_update(NAME_OF_A_FILE.findall(json.dumps(contents, ensure_ascii=False)))
    return found


def pictures_of_nobody() -> Iterator[str]:
    """All files of a picture stand in a folder that bears its key."""
    folders = set(listed(PICTURES)[0])
    folders.difference_update(str(key) for key in Picture.objects.values_list("pk", flat=True).iterator())
    for folder in sorted(folders):
        names = [f"{PICTURES}/{folder}/{name}" for name in listed(f"{PICTURES}/{folder}")[1]]
        if all(is_old(name) for name in names):
            yield from names


def listed(folder: str) -> tuple[list[str], list[str]]:
    """Folders and files in it; none where nothing was ever stored."""
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def is_old(name: str) -> bool:
    try:
        return default_storage.get_modified_time(name) < right_now() - UNTOUCHED
    except FileNotFoundError:  # whoever made it has just taken it away
        return False
