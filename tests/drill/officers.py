"""Officers who save and upload, in real forms, and remember what the site has told them is saved."""

import hashlib
import http.client
import json
import re
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from tests.drill.clients import GIVES_UP, Place, Tally
from tests.forms import Form
from tests.publishing.hostile import pdf, stream
from tests.tools import ROOT

OFFICERS_SECRET = "JBSWY3DPEHPK3PXP"  # of their app for second factors
ASK_CODE = "/admin/account/second-factor/ask/"
ADD_DOCUMENT, ADD_ALERT = "/admin/publishing/document/add/", "/admin/pages/alert/add/"
# Code for `manage.py shell` that prints what is there of these officers' work: summary and digest of the file of each
KEPT = """
import hashlib, json
from sosafe_site.publishing.models import Document
found = {}
for document in Document.objects.filter(slug__startswith="drill-").prefetch_related("versions"):
    for version in document.versions.all():
        with version.file.open() as file:
            found[document.slug] = [document.summary, hashlib.sha256(file.read()).hexdigest()]
print(json.dumps(found))
"""


@dataclass
class Reply:
    """As Form wants a client's answers."""

    status_code: int
    content: bytes
    headers: http.client.HTTPMessage
    context: dict[str, Any] = field(default_factory=dict)


class Browser:
    """Of one officer. Each request has a connection of its own, so that whatever is cut off was under way."""

    def __init__(self, place: Place, address: str = "127.0.0.1") -> None:
        self.place, self.address, self.cookies = place, address, dict[str, str]()

    def get(self, path: str) -> Reply:
        return self.ask("GET", path)

    def post(self, path: str, fields: dict[str, Any]) -> Reply:
        boundary = secrets.token_hex(16)
        body = b"".join(part(boundary, name, each) for name, values in fields.items() for each in as_list(values))
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Origin": self.place.origin}
        return self.ask("POST", path, body + f"--{boundary}--\r\n".encode(), headers)

    def ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Reply:
        """Raises OSError or HTTPException when no whole answer comes."""
        to = ("127.0.0.1", self.place.port)
        more: dict[str, Any] = {"timeout": GIVES_UP, "source_address": (self.address, 0)}
        tls = self.place.tls
        connection = (
            http.client.HTTPSConnection(*to, context=tls, **more) if tls else http.client.HTTPConnection(*to, **more)
        )
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Host": self.place.host, "Cookie": cookies, "Connection": "close", "Referer": self.place.origin + "/"}
        try:
            connection.request(method, path, body or None, sent | (headers or {}))
            response = connection.getresponse()
            reply = Reply(response.status, response.read(), response.headers)
        finally:
            connection.close()
        for cookie in reply.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return reply

    @property
    def token(self) -> str:
        return next(value for name, value in self.cookies.items() if name.endswith("csrftoken"))

    def sign_in(self, name: str, password: str) -> None:
        self.get("/admin/login/")
        fields = {"login": name, "password": password, "csrfmiddlewaretoken": self.token}
        reply = self.post("/admin/login/", fields)
        if reply.headers["Location"] == ASK_CODE:
            for _ in range(2):  # a code may be over by the time that it arrives
                code = format_hotp_value(hotp_value(OFFICERS_SECRET, next(yield_hotp_counters_from_time())))
                reply = self.post(ASK_CODE, {"code": code, "csrfmiddlewaretoken": self.token})
                if reply.status_code == 302:
                    break
        if reply.status_code != 302:
            raise OSError(f"{name} can't sign in: {reply.status_code}")


def as_list(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


def part(boundary: str, name: str, value: Any) -> bytes:
    """A field of a form as browsers send it; a file is a pair of its name and its content."""
    file, content = value if isinstance(value, tuple) else (None, str(value).encode())
    named = f'name="{name}"' + (f'; filename="{file}"\r\nContent-Type: application/octet-stream' if file else "")
    return f"--{boundary}\r\nContent-Disposition: form-data; {named}\r\n\r\n".encode() + content + b"\r\n"


@dataclass
class Officer:
    """Adds documents with a file each, and publishes them: of all saves the one with most parts."""

    place: Place
    name: str
    password: str
    address: str = "127.0.0.1"
    size: int = 20_000  # bytes of a file
    acknowledged: dict[str, list[str]] = field(default_factory=dict)  # as KEPT has it
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self.browser = Browser(self.place, self.address)
        self.browser.sign_in(self.name, self.password)

    def save(self) -> None:
        slug = f"drill-{secrets.token_hex(8)}"
        content = pdf(b"", stream(secrets.token_hex(self.size // 2).encode()))
        kept = [f"What {slug} is about.", hashlib.sha256(content).hexdigest()]
        began = time.perf_counter()
        try:
            form = Form(self.browser, ADD_DOCUMENT)
            fields = form.add("versions", file=(f"{slug}.pdf", content))
            reply = form.press("_publish", title=slug, slug=slug, kind="minutes", summary=kept[0], **fields)
            if reply.status_code != 302:
                raise OSError(f"the form was refused with {reply.status_code}: {form.problems()}")
        except (OSError, http.client.HTTPException, AssertionError) as error:
            self.tally.failures.append(f"{time.strftime('%H:%M:%S')} {type(error).__name__}: {error}")
            return
        self.tally.seconds.append(time.perf_counter() - began)
        self.acknowledged[slug] = kept


def publish_alert(browser: Browser, title: str, **moments: str) -> None:
    """Raises OSError when it isn't."""
    form = Form(browser, ADD_ALERT)
    reply = form.press("_publish", title=title, advice="Keep away.", **moments)
    if reply.status_code != 302:
        raise OSError(f"The alert was refused with {reply.status_code}: {form.problems()}")


def take_down_alert(browser: Browser) -> None:
    """The one that shows. Raises OSError when it isn't."""
    [address] = set(re.findall(r"/admin/pages/alert/[0-9a-f-]{36}/take-down/", browser.get("/admin/").content.decode()))
    reply = browser.post(address, {"csrfmiddlewaretoken": browser.token})
    if reply.status_code != 302:
        raise OSError(f"The alert could not be taken down: {reply.status_code}")


@contextmanager
def at_work(officers: list[Officer], pause: float = 0) -> Iterator[None]:
    """They save again and again as long as the block lasts, with a pause after each, and not in step."""
    over = threading.Event()

    def works(officer: Officer) -> None:
        over.wait(pause * officers.index(officer) / len(officers))
        while not over.is_set():
            officer.save()
            over.wait(pause)

    threads = [threading.Thread(target=works, args=[each]) for each in officers]
    for each in threads:
        each.start()
    try:
        yield
    finally:
        over.set()
        for each in threads:
            each.join()


def lost(officers: list[Officer], environ: dict[str, str]) -> list[str]:
    """What the site told them it had saved, and hasn't, or not as it was."""
    there = kept(environ)
    told = {slug: saved for each in officers for slug, saved in each.acknowledged.items()}
    return [slug for slug, saved in told.items() if there.get(slug) != saved]


def kept(environ: dict[str, str]) -> dict[str, list[str]]:
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", KEPT]
    result = subprocess.run(command, cwd=ROOT, env=environ, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(result.stdout)
