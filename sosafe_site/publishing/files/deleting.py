"""How files go: never before it is certain that nothing names them any more."""

from collections.abc import Iterable
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction


def delete_once_certain(names: Iterable[str]) -> None:
    """Once all is committed, and not at all if it is undone. What the disk refuses goes later, with what nothing names:
    to tell an officer that nothing was done would be wrong by then.
    """
    for name in names:
        transaction.on_commit(partial(default_storage.delete, name), robust=True)
