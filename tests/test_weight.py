"""A first visit takes one round trip: what a page needs fits into the first 14,600 bytes that a server may send.

That is ten packets of 1,460 bytes; no server sends more before the browser has said that they came. What counts: the
status line, all headers, and the body under brotli, as the site sends it. The style sheet is inside the body, and
nothing else is needed to show the page.
"""

from django.urls import resolve
from django.utils.http import http_date

from sosafe_site.page_store.response import in_all_codings
from sosafe_site.periods import today
from tests.content import FILLED, SEEDED, fill, seed
from tests.growth import grow
from tests.tools import public_routes

FIRST_ROUND_TRIP = 14_600
# Added to a page by the server, and by what compresses and stores it; the longest that they can be
ADDED = {
    "Server": "gunicorn", "Date": http_date(), "Connection": "keep-alive", "Content-Encoding": "br",
    "Content-Length": "14600", "Vary": "Accept-Encoding, Cookie", "ETag": f'"{64 * "0"}-br"',
    "Cache-Control": "public, max-age=0, must-revalidate", "Strict-Transport-Security": f"max-age={10**8}; preload",
}  # fmt: skip
# Programs ask for these, and whoever was sent a draft to look over
NO_PAGES = (
    "/file/",
    ".atom",
    ".ics",
    "robots.txt",
    "security.txt",
    "sitemap.xml",
    "healthz",
    "readyz",
    "preview/<str:token>/",
    "<str:name>",
)
# With so much on the site that all that can be long is long
GROWN = [
    "/", "/who-belongs/", "/who-belongs/partner-0/", "/strategy/", "/strategy/strategy-0/", "/action-plan/",
    "/action-plan/plan-0/", "/meetings/", "/meetings/public/", "/meetings/public/past/", "/documents/", "/updates/",
    "/documents/?page=2", "/updates/?page=2", "/who-belongs/?on=2019-05-01",
]  # fmt: skip


def weight(client, address):
    response = client.get(address)
    headers = {**response.headers, **ADDED}
    head = "\r\n".join(["HTTP/1.1 200 OK", *(f"{name}: {value}" for name, value in headers.items()), "", ""])
    assert response["Content-Type"].startswith("text/html")
    return len(head) + len(in_all_codings(response.content)["br"])


def too_heavy(client, addresses):
    weights = {address: weight(client, address) for address in addresses}
    return {address: size for address, size in weights.items() if size > FIRST_ROUND_TRIP}


def test_the_first_visit_of_every_kind_of_page_takes_one_round_trip(client, db):
    seed()
    assert too_heavy(client, SEEDED.values()) == {}


def test_the_first_visit_of_a_page_with_something_of_everything_takes_one_round_trip_too(client, db):
    fill()
    assert too_heavy(client, [*FILLED.values(), "/documents/plan/?on=2019-05-01"]) == {}


def test_long_lists_take_one_round_trip_too(client, db):
    seed()
    grow(100, today())
    assert too_heavy(client, GROWN) == {}


def test_every_route_that_people_open_is_weighed():
    routes = {str(route.pattern) for route in public_routes()}
    pages = {route for route in routes if not route.endswith(NO_PAGES)}
    weighed = {resolve(address).route for address in [*SEEDED.values(), *FILLED.values()]}
    assert pages - weighed == set()
