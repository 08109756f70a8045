"""Every link of the public pages is followed: into this site, and to others, but never into our own network."""

import socket
import ssl
import subprocess
import time
from contextlib import contextmanager
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from threading import Event, Thread

import pytest
import time_machine
from django.core.management import call_command
from django.test import override_settings

from pages.coherence import findings
from pages.link_crawl import outside
from pages.link_crawl.crawl import bad_links
from pages.models import BadLink
from tests import make
from tests.content import fill
from tests.publishing.test_addresses import rename, withdraw
from tests.tools import PATIENCE, need

TODAY = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def _static_files_without_collecting_them(settings):
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(autouse=True)
def _pages_with_a_fixed_address(db):
    for slug in ("contact", "updates"):
        make.make_page(slug=slug)


@contextmanager
def website(context=None, /, **answers):
    """Another site on this machine: for each path a status, or a status and where it leads, or a function to answer by.

    Gives its address and the list of what it is asked. With an SSL context it speaks HTTPS.
    """
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.command, self.path, self.headers))
            answer = answers[self.path.strip("/").partition("?")[0] or "home"]
            if callable(answer):
                answer(self)
                return
            status, location = answer if isinstance(answer, tuple) else (answer, "")
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.end_headers()

        do_HEAD = do_GET  # noqa: N815  # the name that http.server calls

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def _private_links(settings):
    settings.CHECK_PRIVATE_LINKS = True


def problem(link):
    bad = outside.follow(link)
    return bad and (bad.kind, bad.problem)


# Other sites


@pytest.mark.usefixtures("_private_links")
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (200, None),
        (403, None),
        (404, ("broken", "leads to no page (answer 404)")),
        (410, ("broken", "leads to no page (answer 410)")),
        (429, ("passing", "gets an error (answer 429)")),
        (503, ("passing", "gets an error (answer 503)")),
        ((302, "/good"), None),
        ((302, "/lost"), ("broken", "leads to no page (answer 404)")),
        ((301, "/lost"), ("broken", "leads to no page (answer 404)")),
        ((302, "/round"), ("passing", "is sent from address to address without end")),
        ((302, "ftp://127.0.0.1/"), ("passing", "gets no answer: it is no web address")),
    ],
)
def test_another_site_is_judged_by_its_answer(answer, expected):
    with website(page=answer, good=200, lost=404, round=(302, "/round")) as (site, _):
        assert problem(f"{site}/page") == expected


@pytest.mark.usefixtures("_private_links")
def test_what_moved_for_good_is_told_with_its_new_address():
    with website(old=(301, "/newer"), newer=(308, "/new?x=1"), new=200) as (site, _):
        assert problem(f"{site}/old") == ("moved", f"has moved: link to {site}/new?x=1 instead")


@pytest.mark.usefixtures("_private_links")
def test_it_says_who_asks_and_asks_for_no_content_unless_it_must():
    with website(page=200) as (site, asked):
        assert problem(f"{site}/page?q=ä b") is None
    [(method, path, headers)] = asked
    assert (method, path) == ("HEAD", "/page?q=%C3%A4%20b")
    assert headers["User-Agent"] == "SoSafe-link-check (+http://127.0.0.1:8000/)"
    assert headers["Host"] == site.removeprefix("http://")


@pytest.mark.usefixtures("_private_links")
@pytest.mark.parametrize("to_head", [405, lambda handler: handler.connection.close()], ids=["refuses", "hangs up"])
def test_a_server_that_knows_no_head_is_asked_again(to_head):
    def answer(handler):
        if handler.command == "GET":
            handler.send_response(200)
            handler.end_headers()
        elif callable(to_head):
            to_head(handler)
        else:
            handler.send_response(to_head)
            handler.end_headers()

    with website(page=answer) as (site, asked):
        assert problem(f"{site}/page") is None
    assert [method for method, *_ in asked] == ["HEAD", "GET"]


@pytest.mark.usefixtures("_private_links")
def test_a_server_that_is_silent_or_endless_is_left(monkeypatch):
    is_left = Event()

    def silent(handler):
        handler.rfile.read(1)  # nothing comes: it waits until who asks has gone

    def drip(handler):
        for _ in range(20 * PATIENCE):
            try:
                handler.wfile.write(b"H")
            except OSError:
                is_left.set()
                return
            time.sleep(0.05)

    with website(silent=silent, drip=drip) as (site, _):
        monkeypatch.setattr(outside, "SECONDS_OF_SILENCE", 0.1)
        assert problem(f"{site}/silent") == ("passing", "gets no answer: it took too long")
        monkeypatch.setattr(outside, "SECONDS_OF_SILENCE", PATIENCE)
        monkeypatch.setattr(outside, "SECONDS_IN_ALL", 0.3)
        assert problem(f"{site}/drip") == ("passing", "gets no answer: the connection failed")
        assert is_left.wait(PATIENCE)


@pytest.mark.usefixtures("_private_links")
def test_a_name_that_nobody_has_and_a_port_where_nobody_listens_may_pass():
    with website() as (site, _):
        pass
    assert problem(f"{site}/") == ("passing", "gets no answer: the connection failed")
    assert problem("http://nobody.invalid/") == ("passing", "gets no answer: there is no website of that name")
    assert problem("https://[half/") == ("passing", "gets no answer: it is no web address")


@pytest.mark.usefixtures("_private_links")
def test_a_certificate_must_be_trusted_and_of_the_name_that_was_linked_to(monkeypatch, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    openssl = need("openssl", "Install it, on Debian with: sudo apt-get install openssl")
    request = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=secure.example", "-days", "2"]
    request += ["-addext", "subjectAltName=DNS:secure.example", "-keyout", key, "-out", certificate]
    subprocess.run(request, check=True, capture_output=True)
    resolve_to(monkeypatch, secure=["127.0.0.1"] * 2, other=["127.0.0.1"])
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    wrong = ("passing", "gets no answer: its certificate is not right")
    with website(context, home=200) as (site, _):
        address = site.replace("http://127.0.0.1", "https://{}.example") + "/"
        assert problem(address.format("secure")) == wrong
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert problem(address.format("secure")) is None
        assert problem(address.format("other")) == wrong


# Never into our own network

REFUSED = ("broken", "leads to an address that readers can’t reach")


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "127.9.9.9",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",  # noqa: S104  # nothing listens there
        ),
        *("192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::1", "::", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1"),
        *("64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::"),
    ],
)
def test_an_address_that_is_not_for_everyone_is_told_from_those_that_are(address):
    assert not outside.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "151.101.0.81", "2606:4700::1111", "2a00:1450:4009::200e"])
def test_an_address_that_is_for_everyone_is_known(address):
    assert outside.is_public(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "user@127.0.0.1", "[::ffff:127.0.0.1]"]
)
def test_this_machine_is_never_asked_however_it_is_called(host):
    with website(home=200) as (site, asked):
        port = site.rpartition(":")[2]
        assert problem(f"http://{host}:{port}/") == REFUSED
        assert asked == []
        with override_settings(CHECK_PRIVATE_LINKS=True):
            if "ffff" not in host:
                assert problem(f"http://{host}:{port}/") is None, "the site is there to be asked"


def resolve_to(monkeypatch, **names):
    """Names that lead to addresses of this machine, one after the other. Returns the names asked for."""
    real, asked = socket.getaddrinfo, []

    def getaddrinfo(host, *args, **kwargs):
        addresses = names.get(host.removesuffix(".example"))
        if not addresses:
            return real(host, *args, **kwargs)
        asked.append(host)
        found = addresses.pop(0)
        return [each for address in found.split() for each in real(address, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize("addresses", ["127.0.0.1", "8.8.8.8 127.0.0.1", "8.8.8.8 10.0.0.1 2606:4700::1111"])
def test_a_name_of_which_one_address_is_private_is_refused(monkeypatch, addresses):
    resolve_to(monkeypatch, inside=[addresses])
    with website(home=200) as (site, asked):
        assert problem(site.replace("127.0.0.1", "inside.example")) == REFUSED
        assert asked == []


def test_a_redirect_into_our_network_is_not_followed(monkeypatch):
    monkeypatch.setattr(outside, "is_public", lambda address: address == "127.0.0.1")  # this machine plays the world
    resolve_to(monkeypatch, inside=["127.0.0.2"])
    with website(literal=(302, "http://127.0.0.2/"), named=(301, "//inside.example/"), good=200) as (site, asked):
        assert problem(f"{site}/good") is None
        assert problem(f"{site}/literal") == REFUSED
        assert problem(f"{site}/named") == REFUSED
    assert {path for _, path, _ in asked} == {"/good", "/literal", "/named"}


def test_a_name_that_leads_elsewhere_a_moment_later_is_asked_where_it_was_checked(monkeypatch):
    monkeypatch.setattr(outside, "is_public", lambda address: address == "127.0.0.1")
    names = resolve_to(monkeypatch, rebinding=["127.0.0.1", "127.0.0.2", "127.0.0.2"])
    with website(home=405) as (site, asked):
        problem(site.replace("127.0.0.1", "rebinding.example"))
        assert [method for method, *_ in asked] == ["HEAD", "GET"]
        assert asked[0][2]["Host"] == site.removeprefix("http://").replace("127.0.0.1", "rebinding.example")
    assert names == ["rebinding.example"], "looked up once"


# This site


def bad():
    """Link: what is wrong with it, and on which pages."""
    return {each.link: (each.problem, each.pages) for each in bad_links()}


def linking(*links):
    return {"body": "".join(f'<p><a href="{link}">words</a></p>' for link in links)}


def test_no_page_of_the_site_links_to_nothing(db, monkeypatch):
    monkeypatch.setattr(outside, "follow", lambda link: None)
    fill()
    assert bad() == {}


def test_each_kind_of_bad_link_is_found_on_the_page_that_holds_it(db):
    make.make_page(slug="home")
    withdraw(make.make_page(slug="wrong", menu="", parent=make.make_page()))
    rename(make.make_strategy(slug="old"), "new")
    document = make.make_document(slug="lost")
    make.make_version(document=document).file.delete(save=False)
    page = make.make_page(slug="page")
    make.make_section(page=page, anchor="here")
    good = [
        "/page/",
        "/page/#here",
        "/page/#top",
        "/strategy/?on=2019-05-01",
        "tel:101",
        "mailto:a@example.org",
        "#here",
    ]
    broken = [
        "/nothing/",
        "/wrong/",
        "/page/#gone",
        "#gone-too",
        "/documents/lost/file/",
    ]
    absolute = ["http://127.0.0.1:8000/nothing-else/"]
    make.make_partner(slug="p", website="http://127.0.0.1:8000/strategy/old/?on=2019-05-01")
    make.make_section(page=page, **linking(*good, *broken, *absolute))
    assert bad() == {
        "/nothing/": ("leads to no page (answer 404)", ["/page/"]),
        "/nothing-else/": ("leads to no page (answer 404)", ["/page/"]),
        "/wrong/": ("leads to no page (answer 410)", ["/page/"]),
        "/strategy/old/?on=2019-05-01": (
            "has moved: link to /strategy/new/?on=2019-05-01 instead",
            ["/who-belongs/p/"],
        ),
        "/page/#gone": ("leads to a page that has no place “gone”", ["/page/"]),
        "/page/#gone-too": ("leads to a page that has no place “gone-too”", ["/page/"]),
        "/documents/lost/file/": ("gets an error (answer 503)", ["/documents/lost/", "/page/"]),
    }


def test_an_address_from_which_the_walk_starts_and_that_fails_is_told(db, monkeypatch):
    make.make_page(slug="home")
    monkeypatch.setattr("pages.sitemaps.Published.items", lambda self: 1 / 0)
    assert bad() == {"/sitemap.xml": ("gets an error (answer 500)", ["/sitemap.xml"])}


# What is kept of it


def check(day=TODAY):
    """What check_links prints on a day, and its exit status."""
    out = StringIO()
    with time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), tick=False):
        try:
            call_command("check_links", stdout=out)
        except SystemExit as ended:
            return out.getvalue(), ended.code
    return out.getvalue(), 0


def told(day=TODAY):
    return [finding.sentence for finding in findings(day) if "the link to" in finding.sentence]


@pytest.mark.usefixtures("_private_links")
def test_a_bad_link_is_on_the_officers_list_until_a_run_finds_it_good(db):
    make.make_page(slug="home")
    answers = {"page": 404}
    with website(**answers) as (site, _):
        make.make_partner(name="Partner", slug="partner", website=f"{site}/page")
        assert check() == (f"{site}/page leads to no page (answer 404)\n  on /who-belongs/partner/\n", 1)
        check(date(2026, 6, 2))
        expected = f"“Partner”: the link to {site}/page leads to no page (answer 404). First found on 1 June 2026."
        assert told() == [expected]
    with website() as (other, _):
        make.Partner.objects.update(website=f"{other}/good")
        assert told() == [], "the text that held it was mended"
    with website(good=200) as (other, _):
        make.Partner.objects.update(website=f"{other}/good")
        assert check() == ("No link that leads nowhere or has moved.\n", 0)
    assert not BadLink.objects.exists(), "a link that is on no page any more is forgotten"


@pytest.mark.usefixtures("_private_links")
def test_what_may_pass_by_itself_is_told_when_a_second_run_meets_it_too(db):
    make.make_page(slug="home")
    state = {"status": 200}

    def answer(handler):
        handler.send_response(state["status"])
        handler.end_headers()

    with website(page=answer) as (site, _):
        make.make_partner(slug="partner", website=f"{site}/page")
        waiting = "1 failed in a way that may pass; reported if the next run meets it too.\n"
        reports = []
        for state["status"] in (503, 200, 503, 429):
            text, status = check()
            reports.append((status, waiting in text, bool(told())))
    assert reports == [(0, True, False), (0, False, False), (0, True, False), (1, False, True)]


@pytest.mark.usefixtures("_private_links")
def test_what_had_moved_and_fails_once_is_not_told_yet(db):
    make.make_page(slug="home")
    state = {"status": 301}

    def answer(handler):
        handler.send_response(state["status"])
        handler.send_header("Location", "/new")
        handler.end_headers()

    with website(page=answer, new=200) as (site, _):
        make.make_partner(website=f"{site}/page")
        assert check()[1] == 1
        state["status"] = 503
        assert check()[1] == 0


def test_a_bad_link_of_this_site_is_told_once_and_with_the_form_that_mends_it(db):
    make.make_page(slug="home")
    page = make.make_page(title="Page", slug="page")
    make.make_section(page=page, **linking("/nothing/", "/page/#gone"))
    assert check()[1] == 1
    sentences = {finding.sentence: finding.url for finding in findings(TODAY) if "the link to" in finding.sentence}
    assert list(sentences) == [
        "“Page”: the link to /nothing/ leads to nothing: this site has no page there. "
        "Check it letter by letter, or take the link out.",
        "“Page”: the link to /page/#gone leads to a page that has no place “gone”. First found on 1 June 2026.",
    ]
    assert {url.split("/")[-3] for url in sentences.values()} == {str(page.pk)}


def test_a_bad_link_that_no_officer_wrote_leads_to_the_page_that_holds_it(db):
    page = make.make_page(slug="page")
    make.make_bad_link(link="/x/", pages=["/page/", "/strategy/"])
    make.make_bad_link(link="/y/", pages=["/strategy/"])
    found = {finding.sentence: finding.url for finding in findings(TODAY) if "the link to" in finding.sentence}
    assert found == {
        "/page/ and 1 more: the link to /x/ leads to no page (answer 404). First found on 1 June 2026.": (
            f"/admin/pages/page/{page.pk}/change/"
        ),
        "/strategy/: the link to /y/ leads to no page (answer 404). First found on 1 June 2026.": "/strategy/",
    }
