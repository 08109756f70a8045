"""Files as browsers and download programs ask for them; and that nobody gets any of what is not public."""

from datetime import UTC, datetime

import pytest
import time_machine

from tests import make
from tests.tools import content_of

ADDED = datetime(2026, 6, 1, 12, tzinfo=UTC)
CSV = b"0123456789"


def make_numbers(**fields):
    """A document of two versions."""
    document = make.make_document(slug="numbers", **fields)
    with time_machine.travel(ADDED, tick=False):
        make.make_version(document=document, name="Old.csv", content=b"old")
        make.make_version(document=document, name="Numbers.CSV", content=CSV)
    return document


@pytest.fixture
def document(db):
    return make_numbers()


def get(client, address="/documents/numbers/file/", method="get", **headers):
    return getattr(client, method)(address, headers={name.replace("_", "-"): text for name, text in headers.items()})


def test_a_file_tells_all_that_a_browser_needs(client, document):
    response = get(client)
    assert content_of(response) == CSV
    expected = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "no-cache",
        "Content-Disposition": 'attachment; filename="numbers.csv"',
        "Content-Length": "10",
        "Content-Type": "text/csv; charset=utf-8",
        "ETag": '"2-10"',
        "Last-Modified": "Mon, 01 Jun 2026 12:00:00 GMT",
        "Link": '<http://127.0.0.1:8000/documents/numbers/file/>; rel="canonical"',
        "X-Content-Type-Options": "nosniff",
    }
    assert {name: response[name] for name in expected} == expected


@pytest.mark.parametrize("name", ["a.pdf", "a.csv"])
def test_nothing_in_a_file_can_run_as_script(client, db, name):
    make.make_version(document=make.make_document(slug="a"), name=name, content=CSV if name == "a.csv" else None)
    response = get(client, "/documents/a/file/")
    assert content_of(response)
    policy = response["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';" if name == "a.pdf" else "sandbox; default-src 'none';")
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-", 0, 9),
        ("bytes=2-4", 2, 4),
        ("BYTES=9-9", 9, 9),
        ("bytes=5-99999", 5, 9),
        ("bytes=-3", 7, 9),
        ("bytes=-99999", 0, 9),
    ],
)
def test_part_of_a_file_is_sent_when_asked_for(client, document, asked, first, last):
    response = get(client, range=asked)
    assert response.status_code == 206
    assert content_of(response) == CSV[first : last + 1]
    assert response["Content-Range"] == f"bytes {first}-{last}/10"
    assert response["Content-Length"] == str(last + 1 - first)
    assert response["Content-Type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=" + "9" * 18 + "-"])
def test_a_part_beyond_the_end_is_refused_with_the_size(client, document, asked):
    response = get(client, range=asked)
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */10"
    assert response.content == b""


@pytest.mark.parametrize(
    "asked",
    ["bytes=4-2", "bytes=-", "bytes=0-1,5-6", "bytes=a-b", "lines=1-2", "bytes=" + "9" * 5000 + "-", "bytes=²-3"],
)
def test_a_wish_that_makes_no_sense_gets_the_whole_file(client, document, asked):
    response = get(client, range=asked)
    assert (response.status_code, content_of(response)) == (200, CSV)


@pytest.mark.parametrize(
    ("if_range", "status"),
    [
        ('"2-10"', 206),
        ("Mon, 01 Jun 2026 12:00:00 GMT", 206),
        ('"1-3"', 200),
        ('W/"2-10"', 200),
        ("Mon, 01 Jun 2026 12:00:01 GMT", 200),
    ],
)
def test_a_download_goes_on_only_with_the_version_it_began_with(client, document, if_range, status):
    response = get(client, range="bytes=4-", if_range=if_range)
    assert response.status_code == status
    assert content_of(response) == (CSV[4:] if status == 206 else CSV)


def test_a_file_that_a_browser_has_is_not_sent_again(client, document):
    for has in (
        {"if_none_match": '"2-10"'},
        {"if_none_match": '"1-3", W/"2-10"'},
        {"if_none_match": "*"},
        {"if_modified_since": "Mon, 01 Jun 2026 12:00:00 GMT"},
        {"if_none_match": '"2-10"', "range": "bytes=0-1"},
    ):
        response = get(client, **has)
        assert (response.status_code, response.content, response["ETag"]) == (304, b"", '"2-10"')
    for lacks in ({"if_none_match": '"1-3"'}, {"if_modified_since": "Mon, 01 Jun 2026 11:59:59 GMT"}):
        assert content_of(get(client, **lacks)) == CSV
    assert get(client, if_match='"1-3"').status_code == 412


def test_a_new_version_is_sent_at_once_to_those_who_have_the_old(client, document):
    make.make_version(document=document, name="a.csv", content=b"newest")
    response = get(client, if_none_match='"2-10"')
    assert content_of(response) == b"newest"
    assert response["ETag"] == '"3-6"'


def test_head_tells_of_the_whole_file_and_sends_nothing(client, document):
    response = get(client, method="head", range="bytes=0-1")
    assert (response.status_code, response["Content-Length"], response.getvalue()) == (200, "10", b"")


def test_an_earlier_version_keeps_its_file_and_stays_out_of_search(client, document):
    response = get(client, "/documents/numbers/v/1/file/")
    assert content_of(response) == b"old"
    assert response["Content-Disposition"] == 'attachment; filename="numbers-version-1.csv"'
    assert response["X-Robots-Tag"] == "noindex"
    assert "Link" not in response
    newest = get(client, "/documents/numbers/v/2/file/")
    assert content_of(newest) == CSV
    assert newest["Link"] == '<http://127.0.0.1:8000/documents/numbers/file/>; rel="canonical"'


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"published_at": None}, 404),
        ({"published_at": make.FAR_AHEAD}, 404),
        ({"withdrawn_at": make.LONG_AGO, "withdrawal_reason": "It was wrong."}, 410),
    ],
    ids=["draft", "scheduled", "withdrawn"],
)
@pytest.mark.parametrize("address", ["file/", "v/1/file/", "v/2/file/", "v/1/", ""])
def test_no_header_gets_anything_of_what_is_not_public(client, admin_client, fields, status, address):
    make_numbers(**fields)
    assert get(admin_client, f"/documents/numbers/{address}").getvalue()
    for headers in (
        {},
        {"range": "bytes=0-1"},
        {"range": "bytes=99-"},
        {"if_none_match": '"2-10"'},
        {"if_none_match": "*"},
        {"if_match": '"nothing"'},
        {"if_modified_since": "Mon, 01 Jun 2026 12:00:00 GMT"},
        {"range": "bytes=0-1", "if_range": '"2-10"'},
    ):
        for method in ("get", "head"):
            response = get(client, f"/documents/numbers/{address}", method, **headers)
            assert response.status_code == status, headers
            assert not {"ETag", "Last-Modified", "Content-Range", "Accept-Ranges", "Link"} & response.headers.keys()
            assert not response.streaming
