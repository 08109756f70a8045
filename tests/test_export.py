"""The site as plain files: nginx and Apache answer from them as the site did."""

import re
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from unittest.mock import Mock
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import CommandError, call_command
from django.http import HttpResponse, HttpResponsePermanentRedirect

from sosafe_site.page_store.copies import PAGE
from sosafe_site.page_store.export import ExportError, export
from sosafe_site.page_store.links import links_of
from sosafe_site.page_store.store import Edition, Store
from sosafe_site.publishing.models.address import Address
from tests import make
from tests.addresses import public_addresses
from tests.content import fill
from tests.store import Reply, ask, in_the_tests_transaction
from tests.tools import PATIENCE, ROOT, need

TRIES, PAUSE = 600, 0.05  # to reach a server that starts
NOT_EXPORTED = {"/healthz", "/readyz", "/preview/nonsense/", "/nothing-here/"}
# What each server has to say as the site does
TOLD = ["Content-Disposition", "Content-Security-Policy", "X-Frame-Options", "X-Robots-Tag", "Cache-Control"]
NGINX = """
pid {folder}/pid; error_log {folder}/errors; events {{}} daemon off;
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {export}/site; include {export}/nginx.conf; }}
}}
"""
APACHE = """
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/errors
DefaultRuntimeDir {folder}
Mutex file:{folder}
TypesConfig /dev/null
{modules}
DocumentRoot {export}/site
<Directory {export}/site>
AllowOverride All
Require all granted
</Directory>
"""
MODULES = "mpm_event authn_core authz_core mime dir headers rewrite filter deflate"


@pytest.fixture
def folder():
    """One that the servers' own users may read."""
    with tempfile.TemporaryDirectory(prefix="sosafe-export-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


class Noted(WSGIHandler):
    """Django, with all but files that it answered, by address."""

    def __init__(self):
        super().__init__()
        self.answers = {}

    def __call__(self, environ, start_response):
        response = super().__call__(environ, start_response)
        if not response.streaming:
            query = environ["QUERY_STRING"]
            address = f"{environ['PATH_INFO']}?{query}" if query else environ["PATH_INFO"]
            status = f"{response.status_code} {response.reason_phrase}"
            self.answers[address] = Reply(status, response.items(), response.content)
        return response


@pytest.fixture
def site(folder, db):
    """What the filled site answered at every address, and in the folder its export."""
    shutil.copy(ROOT / "static" / "favicon.svg", settings.STATIC_ROOT)
    with in_the_tests_transaction():
        fill()
        Address.objects.lead("/old/strategy.html", make.make_strategy(slug="moved-on"))
        django = Noted()
        found = export(Store(django), folder / "export")
        asked = {*public_addresses(), *Address.objects.issued().values_list("path", flat=True)} - NOT_EXPORTED
        asked |= {"/static/favicon.svg", "/nothing-here/at-all/", "/old/strategy.html?a=1"}
        answers = django.answers | {address: ask(django, address) for address in asked - django.answers.keys()}
        answers.pop("/404.html")  # a file of the export, at an address of its own
    assert found.failed == []
    return answers


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@contextmanager
def running(command, port, folder):
    process = subprocess.Popen(command, cwd=folder)
    try:
        for _ in range(TRIES):
            assert process.poll() is None, (folder / "errors").read_text()
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(PAUSE)
        yield
    finally:
        process.terminate()
        process.wait()


def start_nginx(folder, place, port):
    nginx = need("nginx", "On Debian: apt install nginx-light")
    config = place / "nginx.conf"
    config.write_text(NGINX.format(folder=place, export=folder / "export", port=port))
    tested = subprocess.run([nginx, "-t", "-c", str(config)], capture_output=True, text=True)
    assert tested.returncode == 0, tested.stderr
    assert "[warn]" not in tested.stderr
    return [nginx, "-c", str(config)]


def start_apache(folder, place, port):
    apache = need("apache2", "On Debian: apt install apache2-bin")
    modules = Path("/usr/lib/apache2/modules")
    lines = "\n".join(f"LoadModule {name}_module {modules}/mod_{name}.so" for name in MODULES.split())
    config = place / "apache2.conf"
    config.write_text(APACHE.format(folder=place, export=folder / "export", port=port, modules=lines))
    return [apache, "-f", str(config), "-DFOREGROUND"]


def plainly(address, body):
    """What of an answer must be the same: of a form, that it is said to be none; of security.txt, not the moment."""
    body = re.sub(rb"<form.*?</form>|<p><strong>The form that was here .*?</p>", b"FORM", body, flags=re.DOTALL)
    return re.sub(rb"Expires: .*", b"", body) if address.endswith("security.txt") else body


def path_of(location):
    return urlsplit(location)._replace(scheme="", netloc="").geturl()


def differences(site, folder, start):
    """From what the site answered, of the server that is started so."""
    place = folder / start.__name__
    place.mkdir()
    place.chmod(0o777)
    port = free_port()
    wrong = []
    with ExitStack() as opened:
        opened.enter_context(running(start(folder, place, port), port, place))
        connection = opened.enter_context(closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)))
        for address, before in site.items():
            connection.request("GET", address)
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != before.status_code:
                wrong.append((address, answer.status, before.status))
            elif answer.status == 301:
                told = path_of(answer.headers["Location"])
                if told != before["Location"]:
                    wrong.append((address, told, before["Location"]))
            elif answer.status == 404:
                assert b"<h1" in body
            else:
                kinds = [
                    each.partition("; charset")[0] for each in (answer.headers["Content-Type"], before["Content-Type"])
                ]
                if len(set(kinds)) > 1 or plainly(address, body) != plainly(address, before.content):
                    wrong.append((address, kinds, body[:300]))
                wrong += [
                    (address, name, answer.headers.get(name))
                    for name in TOLD
                    if answer.headers.get_all(name, []) != ([before[name]] if name in before.headers else [])
                ]
        for address, status, location in [
            ("/strategy", 301, "/strategy/"),
            ("/withdrawn", 301, "/withdrawn/"),
            ("/gone.410/withdrawn/index.html", 404, ""),
            ("/documents/plan/v/", 404, ""),
        ]:
            connection.request("HEAD", address)
            answer = connection.getresponse()
            answer.read()
            if (answer.status, path_of(answer.headers.get("Location", ""))) != (status, location):
                wrong.append((address, answer.status, answer.headers.get("Location")))
    return wrong


def links_that_lead_nowhere(site, folder):
    for address, answer in site.items():
        if answer.status_code == 200:
            links = links_of(address.partition("?")[0], answer.headers.items(), answer.content)
            paths = {link.partition("?")[0] for link in links}
            yield from (path for path in paths if path not in site and not (folder / path[1:]).exists())


def test_nginx_and_apache_answer_from_the_export_as_the_site_did_and_every_link_in_it_leads_to_something(site, folder):
    assert {answer.status_code for answer in site.values()} == {200, 301, 404, 410}, "there is each kind to compare"
    assert any("?" in address for address in site), "and a part of a list"
    assert list(links_that_lead_nowhere(site, folder / "export" / "site")) == []
    assert differences(site, folder, start_nginx) == []
    assert differences(site, folder, start_apache) == []


PAGES = {
    "/": ('<h1>Home</h1><a href="/a/">A</a><a href="/list/?page=2">More</a><form><input></form>', {}),
    "/a/": ("<h1>A</h1>", {}),
    "/list/": ("<h1>List</h1>", {}),
    "/a/data.csv": ("1,2", {"Content-Type": "text/csv", "X-Robots-Tag": "noindex"}),
}


@pytest.fixture
def small(monkeypatch):
    """A site of few pages, without a database; what a test puts into it, it has too."""
    pages = dict(PAGES)

    def django(environ, start_response):
        body, headers = pages.get(environ["PATH_INFO"], ("<h1>Not found</h1>", {}))
        status = headers.get("status", 200 if environ["PATH_INFO"] in pages else 404)
        return HttpResponse(body, status=status, headers={"Content-Type": "text/html; charset=utf-8", **headers})

    store = Store(django)
    monkeypatch.setattr(store, "current", lambda: Edition("mark", 0, 9e9, "edition"))
    monkeypatch.setattr("sosafe_site.page_store.export.fixed", lambda: ["/"])
    monkeypatch.setattr("sosafe_site.page_store.export.issued", lambda: ["/a/data.csv"])
    with in_the_tests_transaction():  # the connection of another test, if there was one, is let alone
        yield store, pages


def test_an_export_replaces_an_earlier_one_and_nothing_else(small, tmp_path):
    store, pages = small
    exported = tmp_path / "export"
    export(store, exported)
    assert "The form that was here does not work" in (exported / "site/index.html").read_text()
    assert (exported / "site/a/data.csv").read_text() == "1,2"
    assert (exported / "site/list/index-page_3d2.html").exists()
    pages["/"] = ("<h1>Newer</h1>", {})
    export(store, exported)
    assert (exported / "site/index.html").read_text() == "<h1>Newer</h1>"
    assert not (exported / "site/a/index.html").exists(), "nothing leads there any more"
    assert [each.name for each in tmp_path.iterdir()] == ["export"]

    other = tmp_path / "other"
    other.mkdir()
    (other / "README.txt").write_text("Mine")
    with pytest.raises(ExportError, match="something else"):
        export(store, other)
    assert (other / "README.txt").read_text() == "Mine"
    with pytest.raises(ExportError, match="no folder"):
        export(store, tmp_path / "not" / "there")


def test_a_failed_export_leaves_the_earlier_one(small, tmp_path, monkeypatch):
    store, pages = small
    export(store, tmp_path / "export")
    pages["/"] = ("<h1>Newer</h1>", {})
    monkeypatch.setattr("sosafe_site.page_store.export.write_words", Mock(side_effect=OSError("The disk is full")))
    with pytest.raises(OSError, match="full"):
        export(store, tmp_path / "export")
    assert "<h1>Home</h1>" in (tmp_path / "export/site/index.html").read_text()
    assert [each.name for each in tmp_path.iterdir()] == ["export"]


def test_an_export_says_what_it_lacks_and_that_the_site_was_changed_meanwhile(small, tmp_path, monkeypatch):
    store, pages = small
    pages["/a/"] = ("Failed", {"status": 500})
    editions = count()
    monkeypatch.setattr(store, "current", lambda: Edition("mark", 0, 9e9, f"edition {next(editions)}"))
    found = export(store, tmp_path / "export")
    assert found.failed == ["/a/"]
    assert not found.is_of_one_moment
    words = (tmp_path / "export/README.txt").read_text()
    assert "could not be copied: /a/" in words
    assert "It was changed while this was made" in words


def test_without_a_database_the_copies_are_exported_and_it_is_said_of_when_they_are(small, tmp_path, monkeypatch):
    store, _ = small
    monkeypatch.setattr(store, "current", lambda: None)
    with pytest.raises(ExportError, match="no copy of the home page"):
        export(store, tmp_path / "export")

    store.kept.folder.mkdir(parents=True, exist_ok=True)
    for path, answer in [
        ("/", HttpResponse("<h1>Kept</h1>")),
        ("/old/", HttpResponsePermanentRedirect("/a/")),
        ("/gone/", HttpResponse("<h1>Withdrawn</h1>", status=410)),
    ]:
        store.store(Edition("mark", 0, 9e9, "edition"), path, PAGE, answer, 1_000_000_000)
    found = export(store, tmp_path / "export")
    assert (tmp_path / "export/site/index.html").read_text() == "<h1>Kept</h1>"
    assert (tmp_path / "export/site/gone.410/gone/index.html").read_text() == "<h1>Withdrawn</h1>"
    assert (tmp_path / "export/addresses.tsv").read_text().splitlines()[0] == "301\t/old/\t/a/"
    assert f"{found.since:%Y}" == "2001"
    assert "after 02:46 on 9 September 2001 may be missing" in (tmp_path / "export/README.txt").read_text()


def test_the_command_says_what_it_wrote(small, tmp_path, monkeypatch, capsys):
    store, pages = small
    monkeypatch.setattr("sosafe_site.page_store.management.commands.export_site.Store", lambda app: store)
    call_command("export_site", tmp_path / "export")
    assert "4 pages and files, 0 addresses that lead elsewhere, 0 that are gone" in capsys.readouterr().out
    pages["/a/"] = ("Failed", {"status": 500})
    with pytest.raises(CommandError, match="/a/"):
        call_command("export_site", tmp_path / "export")
