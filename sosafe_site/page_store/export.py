"""The whole public site as plain files, which any web server can serve for as long as somebody keeps them.

In the folder: site/, which is what a server serves; nginx.conf, which tells nginx where addresses lead (Apache reads
that in site/); addresses.tsv, the same for whoever comes later; and README.txt for people.
"""

import ctypes
import os
import re
import shutil
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from mimetypes import guess_extension
from pathlib import Path
from urllib.parse import parse_qsl

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.http import parse_http_date_safe
from django.utils.timezone import get_default_timezone

from sosafe_site.page_store.copies import Copies, Copy
from sosafe_site.page_store.export_servers import NOT_FOUND, Told, apache_files, gone_file, nginx_file
from sosafe_site.page_store.links import READ, fixed, issued, links_of
from sosafe_site.page_store.store import Store, unheard
from sosafe_site.publishing.clock import seconds

SITE = "site"  # the folder that a web server serves
FIRST_WORDS = "The website "
LAST_WORDS = "as plain files"
PARTS_OF_LISTS = {"page", "year", "area"}  # what an address may ask for and still be a part of the site, not a search
MOST = 100_000  # addresses; more would be a walk without end
TRIES = 3  # to write a site that nobody changes meanwhile
# What a server itself says of the files that it sends, and what has no meaning there
NOT_TAKEN_OVER = {"Accept-Ranges", "Allow", "Content-Encoding", "Content-Length", "Content-Type", "Date", "ETag"}
NOT_TAKEN_OVER |= {"Last-Modified", "Location", "Vary"}
FORM = re.compile(rb"<form\b.*?</form>", re.DOTALL)
NO_FORM = "<p><strong>The form that was here does not work in this copy of the website, made on {day}.</strong></p>"
EXCHANGE, HERE = 2, -100  # of Linux's renameat2: swap two names in one step; paths as they are given


class ExportError(Exception):
    """In words for whoever gave the command."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    chunks: Iterable[bytes]

    @property
    def kind(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0]

    @cached_property
    def body(self) -> bytes:
        return b"".join(self.chunks)


@dataclass
class Export:
    at: datetime
    since: datetime | None = None  # of copies: what was changed later may be missing
    told: Told = field(default_factory=Told)
    failed: list[str] = field(default_factory=list)  # addresses without an answer
    is_of_one_moment: bool = True

    @property
    def day(self) -> str:
        return f"{self.at:%-d %B %Y}"


def export(store: Store, folder: Path) -> Export:
    """Raises ExportError, or OSError, and then the folder is as it was."""
    refuse_what_is_no_export(folder)
    new = folder.with_name(f".{folder.name}.{os.getpid()}")
    try:
        for _ in range(TRIES):
            shutil.rmtree(new, ignore_errors=True)
            edition = store.current()
            found = write(store, new, is_fresh=edition is not None)
            now_edition = store.current()
            found.is_of_one_moment = edition is None or (now_edition is not None and now_edition.name == edition.name)
            if found.is_of_one_moment:
                break
        write_words(found, new)
        swap(new, folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return found


def refuse_what_is_no_export(folder: Path) -> None:
    if not folder.parent.is_dir():
        raise ExportError(f"There is no folder {folder.parent}. Make it first, or name another.")
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not is_export(folder))):
        raise ExportError(f"{folder} holds something else than an earlier export. Name a new folder or an empty one.")


def is_export(folder: Path) -> bool:
    with suppress(OSError, UnicodeDecodeError), (folder / "README.txt").open() as file:
        first = file.readline().strip()
        return first.startswith(FIRST_WORDS) and first.endswith(LAST_WORDS)
    return False


def swap(new: Path, folder: Path) -> None:
    """Whoever reads from the folder finds the old or the new, and never a half."""
    if not folder.exists():
        new.rename(folder)
        return
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    if rename is None or rename(HERE, os.fsencode(new), HERE, os.fsencode(folder), EXCHANGE):
        old = new.with_suffix(".old")  # a file system that can't: for a moment there is no folder
        folder.rename(old)
        new.rename(folder)
        shutil.rmtree(old)


def write(store: Store, folder: Path, is_fresh: bool) -> Export:
    found = Export(moment_of(seconds()))
    copies = {} if is_fresh else newest_copies(store)
    if not is_fresh:
        if "/" not in copies:
            raise ExportError("The database does not answer, and this machine has no copy of the home page either.")
        found.since = moment_of(min(copy.made for _, copy in copies.values()))
    site = folder / SITE
    site.mkdir(parents=True)
    ahead = deque(
        dict.fromkeys(["/", *fixed(), *issued()] if is_fresh else ["/", *copies])
    )  # home first: the others differ from it
    known = set(ahead)
    while ahead:
        address = ahead.popleft()
        with answered(store, address, copies) as answer:
            links = take(found, site, address, answer) if answer else set()
        ahead += [link for link in sorted(links - known) if len(known) < MOST]
        known |= links
    with answered(store, NOT_FOUND, {}) as answer:
        (site / NOT_FOUND.strip("/")).write_bytes(answer.body if answer else b"")
    return found


def moment_of(at: float) -> datetime:
    return datetime.fromtimestamp(at, get_default_timezone())


def newest_copies(store: Store) -> dict[str, tuple[Copies, Copy]]:
    found: dict[str, tuple[Copies, Copy]] = {}
    for copies in store.shelf.all():
        for copy in copies:
            found.setdefault(copy.path, (copies, copy))
    return found


@contextmanager
def answered(store: Store, address: str, copies: dict[str, tuple[Copies, Copy]]) -> Iterator[Answer | None]:
    """What the site answers at the address, or what its copies do, if there are some. None when they don't know."""
    path, _, query = address.partition("?")
    if copies and not path.startswith(settings.STATIC_URL):
        yield from_copy(*copies[address]) if address in copies else None
        return
    environ = store.plain_environ(path) | {"QUERY_STRING": query}
    with closing(store.app(environ, unheard)) as response:
        yield Answer(response.status_code, dict(response.items()), iter(response))


def from_copy(copies: Copies, copy: Copy) -> Answer | None:
    """None when it is not, or no longer, what was written."""
    with suppress(OSError):
        body = (copies.files / copy.file).read_bytes() if copy.file else copies.body(copy, "identity")
        return None if body is None else Answer(copy.code, dict(copy.headers), [body])
    return None


def take(found: Export, site: Path, address: str, answer: Answer) -> set[str]:
    """Writes it down, and tells to which other addresses it leads."""
    path, _, query = address.partition("?")
    told = found.told
    if answer.status in (301, 308):
        told.redirects[address] = answer.headers["Location"]
    elif answer.status == 200:
        told.files[address] = place_of(path, query, answer)
        told.types.setdefault(Path(told.files[address]).suffix, answer.headers.get("Content-Type", ""))
        headers = {name: value for name, value in answer.headers.items() if name not in NOT_TAKEN_OVER}
        told.common = told.common or headers
        if headers != told.common:
            told.headers[told.files[address]] = headers
        write_file(site, told.files[address], answer, found.day)
    elif answer.status == 410:
        told.gone.append(address)
        write_file(site, gone_file(address), answer, found.day)
    elif answer.status >= 500:
        found.failed.append(address)
    links = links_of(path, answer.headers.items(), answer.body if answer.kind in READ else b"")
    return {link for link in links if is_part_of_the_site(link)}


def is_part_of_the_site(address: str) -> bool:
    """Whether it asks for nothing but a part of a list: all else that can be asked has no end."""
    _, _, query = address.partition("?")
    return {name for name, _ in parse_qsl(query, keep_blank_values=True)} <= PARTS_OF_LISTS


def place_of(path: str, query: str, answer: Answer) -> str:
    """The file for an address. What ends in a slash is a folder, and the answer the file that answers for it."""
    if not path.endswith("/"):
        return path
    named = answer.headers.get("Content-Disposition", "").rpartition("filename=")[2].strip('"')
    ending = Path(named).suffix or guess_extension(answer.kind) or ""
    letters = re.sub("[^A-Za-z0-9]", lambda letter: f"_{ord(letter[0]):x}", query)
    return f"{path}index{'-' if letters else ''}{letters}{ending}"


def write_file(site: Path, name: str, answer: Answer, day: str) -> None:
    place = site / name.lstrip("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    if answer.kind == "text/html":
        place.write_bytes(FORM.sub(NO_FORM.format(day=day).encode(), answer.body))
    elif answer.kind in READ:
        place.write_bytes(answer.body)
    else:
        with place.open("wb") as file:
            file.writelines(answer.chunks)
    if modified := parse_http_date_safe(answer.headers.get("Last-Modified", "")):
        os.utime(place, (modified, modified))


def write_words(found: Export, folder: Path) -> None:
    told = found.told
    (folder / "nginx.conf").write_text(nginx_file(told))
    for name, content in apache_files(told).items():
        (folder / SITE / name.lstrip("/")).write_text(content)
    lines = [f"301\t{path}\t{to}" for path, to in sorted(told.redirects.items())]
    lines += [f"410\t{path}\t{gone_file(path)}" for path in sorted(told.gone)]
    (folder / "addresses.tsv").write_text("".join(f"{line}\n" for line in lines))
    context = {"site": settings.SITE_URL, "found": found, "folder": folder.name}
    (folder / "README.txt").write_text(render_to_string("page_store/export.txt", context))
