"""An hour's bad day in minutes: an alert is out, thousands read, four officers save and upload, feeds are polled, and a
hundred slow clients hold all the connections they get."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from zoneinfo import ZoneInfo

from tests.drill.clients import Crowd, Place, beside
from tests.drill.officers import Browser, at_work, lost, publish_alert, take_down_alert
from tests.drill.row import Row
from tests.drill.site import NAME, NAMES, Site, behind_nginx, site

LONDON = ZoneInfo("Europe/London")
SOON = 1  # second after which an alert shows, or is gone
LARGE = 8_000_000  # bytes of a file: more than all buffers on the way hold


@dataclass
class Size:
    """An hour in five minutes, of which each server has a quarter: in all 12,000 readers of three pages each."""

    servers: tuple[str, ...] = ("gunicorn", "gunicorn, nginx", "granian", "granian, nginx")
    seconds: float = 75  # for each server, alone and behind nginx
    readers: float = 40  # a second
    pollers: int = 40
    slow: int = 25  # of each kind
    pause: float = 4  # seconds of an officer between two saves
    watched: float = 3  # seconds for which the alert is looked for


SMALL = Size(("granian",), seconds=4, readers=3, pollers=2, slow=1, pause=1, watched=0.5)  # a trial, no measurement


def rows(is_small: bool) -> Iterator[Row]:
    size = SMALL if is_small else Size()
    for name in size.servers:
        server, _, is_behind = name.partition(", ")
        with site() as here, ExitStack() as running:
            row = Row("a bad day", name)
            more = {"PROXIES": "1", "SITE_URL": f"https://{NAME}"} if is_behind else {}
            serving = running.enter_context(here.running(server, **more))
            place = running.enter_context(behind_nginx(here, serving)) if is_behind else Place(serving.port)
            a_day(row, here, place, size)
            running.close()
            row.expect(not here.bad_lines(), f"no errors in the log: {here.bad_lines()[:3]}")
        yield row


def a_day(row: Row, here: Site, place: Place, size: Size) -> None:
    *officers, chief = here.officers(place, *NAMES)
    chief.size = LARGE
    chief.save()
    file = next((f"/documents/{slug}/file/" for slug in chief.acknowledged), "/")
    crowd = Crowd(size.readers, size.pollers, size.slow, large=file)
    ends = time.monotonic() + size.seconds
    with beside(place, crowd) as tallies, at_work(officers, pause=size.pause):
        time.sleep(size.seconds / 4)
        try:
            row.seconds = alerts(chief.browser, size.watched, ends)
            row.until = "until an alert showed or was gone"
            row.expect(row.seconds <= SOON, f"alerts show and go within a second: {row.seconds:.1f} s")
        except (OSError, HTTPException) as error:
            row.expect(False, f"alerts can be published and taken down: {error}")
        time.sleep(max(0, ends - time.monotonic()))
    row.asked = tallies["readers"].add(tallies["pollers"])
    row.expect(row.asked.percentile(99) < 1_000, f"p99 under a second: {row.asked.percentile(99):.0f} ms")
    row.count([*officers, chief], lost([*officers, chief], here.environ))
    row.expect_nothing_failed_or_lost()


def alerts(officer: Browser, watched: float, until: float) -> float:
    """One that is taken down and, if there is time for it, one that ends by itself. The longest that readers waited."""
    waits = []

    def watch(words: str, is_shown: bool) -> None:
        waits.append(wrong_for(officer.place, words, is_shown, watched))

    take_down_alert(officer)  # that of the content
    publish_alert(officer, "A large fire")
    watch("A large fire", is_shown=True)
    take_down_alert(officer)
    watch("A large fire", is_shown=False)
    minute = 60 - time.time() % 60
    if time.monotonic() + minute + watched < until and minute > 2 * watched:
        last = datetime.fromtimestamp(time.time() + minute, LONDON).strftime("%Y-%m-%dT%H:%M")
        publish_alert(officer, "A burst pipe", ends_at=last)
        watch("A burst pipe", is_shown=True)
        time.sleep(60 - time.time() % 60)
        watch("A burst pipe", is_shown=False)
    return max(waits)


def wrong_for(place: Place, words: str, is_shown: bool, watched: float) -> float:
    """Seconds from now until the beginning of the last request, of many, to which the home page was another."""
    browser, began, last = Browser(place), time.monotonic(), 0.0
    while (asked := time.monotonic() - began) < watched:
        if (words.encode() in browser.get("/").content) != is_shown:
            last = asked
        time.sleep(0.02)
    return last
