"""An hour's bad day in minutes: an alert is out, thousands read, officers save, feeds are polled, and slow clients hold
all connections they get."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from http.client import HTTPException
from zoneinfo import ZoneInfo

from tests.drill.clients import Crowd, Place, beside
from tests.drill.officers import Browser, at_work, lost, publish_alert, take_down_alert
from tests.drill.row import Row
from tests.drill.site import Site, behind_nginx, site

LONDON = ZoneInfo("Europe/London")
WAYS = [("gunicorn", False), ("gunicorn", True), ("granian", False), ("granian", True)]
SECONDS, READERS, POLLERS, SLOW = 75, 70, 40, 25  # of each way; readers a second; slow clients of each kind
SOON, WATCHED = 1, 3  # seconds after which an alert shows, or is gone; for which that is watched
LARGE = 8_000_000  # bytes of a file: more than all buffers on the way hold


def rows(is_small: bool) -> Iterator[Row]:
    for server, is_behind in WAYS:
        with site() as here, ExitStack() as running:
            row = Row("a bad day", f"nginx, {server}" if is_behind else server)
            serving = running.enter_context(here.running(server, PROXIES="1" if is_behind else "0"))
            place = running.enter_context(behind_nginx(here, serving)) if is_behind else Place(serving.port)
            a_day(row, here, place, 8 if is_small else SECONDS, 5 if is_small else READERS)
            running.close()
            row.expect(not here.bad_lines(), f"no errors in the log: {here.bad_lines()[:3]}")
        yield row


def a_day(row: Row, here: Site, place: Place, seconds: float, readers: float) -> None:
    officers = here.officers(place)
    *_, chief = here.officers(place)  # signed in twice
    chief.size = LARGE
    chief.save()
    [file] = [f"/documents/{slug}/file/" for slug in chief.acknowledged]
    crowd = Crowd(readers=readers, pollers=POLLERS, slow=SLOW, large=file)
    ends = time.monotonic() + seconds
    with beside(place, crowd) as tallies, at_work(officers, pause=1):
        time.sleep(seconds / 4)
        try:
            row.seconds, row.until = alerts(row, place, chief.browser, until=ends), "until an alert showed or was gone"
        except (OSError, HTTPException) as error:
            row.expect(False, f"alerts can be published and taken down: {error}")
        time.sleep(max(0, ends - time.monotonic()))
    row.asked = tallies["readers"].add(tallies["pollers"])
    row.expect(row.asked.percentile(99) < 1_000, f"p99 under a second: {row.asked.percentile(99):.0f} ms")
    row.count([*officers, chief], lost([*officers, chief], here.environ))
    row.expect_nothing_failed_or_lost()


def alerts(row: Row, place: Place, officer: Browser, until: float) -> float:
    """One that is taken down and, if there is time for it, one that ends by itself. The longest that readers waited."""
    take_down_alert(officer)  # that of the content
    publish_alert(officer, "A large fire")
    waits = [wrong_for(place, "A large fire", is_shown=True)]
    take_down_alert(officer)
    waits.append(wrong_for(place, "A large fire", is_shown=False))
    minute = 60 - time.time() % 60
    if time.monotonic() + minute + WATCHED < until:
        last = datetime.fromtimestamp(time.time() + minute, LONDON).strftime("%Y-%m-%dT%H:%M")
        publish_alert(officer, "A burst pipe", ends_at=last)
        waits.append(wrong_for(place, "A burst pipe", is_shown=True))
        time.sleep(max(0, 60 - time.time() % 60))
        waits.append(wrong_for(place, "A burst pipe", is_shown=False))
    row.expect(max(waits) <= SOON, f"alerts show and go within a second: {max(waits):.1f} s")
    return max(waits)


def wrong_for(place: Place, words: str, is_shown: bool) -> float:
    """Seconds from now until the beginning of the last request, of many, to which the home page was another."""
    browser, began, last = Browser(place), time.monotonic(), 0.0
    while (asked := time.monotonic() - began) < WATCHED:
        if (words.encode() in browser.get("/").content) != is_shown:
            last = asked
        time.sleep(0.02)
    return last
