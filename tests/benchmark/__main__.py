"""`make bench`: what the site costs beside the smallest Django there can be, and with ever more content.

Of a shared machine only the ratios within one run can be trusted, so all take turns: A B A B. Times are those of the
processor, which others' work hardly changes. Everything is made in a folder that is removed in the end.
"""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from tests.benchmark.client import AT_ONCE, answer, connect, load, request
from tests.benchmark.servers import FLAGS, Server, environment, granian, gunicorn, nginx
from tests.drill.clients import SLOW, Crowd, Place, Tally, beside
from tests.tools import ROOT

SITE, BARE, RAW = "sosafe_site.wsgi:application", "tests.benchmark.bare:application", "tests.benchmark.bare:raw"
GROWN = [
    "/",
    "/who-belongs/",
    "/strategy/",
    "/action-plan/",
    "/meetings/",
    "/meetings/public/",
    "/documents/",
    "/updates/",
]


@dataclass
class Size:
    """How much is measured."""

    rounds: int = 9
    requests: int = 10_000
    rendered: int = 40  # requests of a page that isn't stored
    starts: int = 3
    counts: tuple[int, ...] = (10, 100, 1_000)
    kinds: tuple[str, ...] = tuple(SLOW)  # of slow clients
    slow: int = 100  # of them at once
    readers: float = 20  # who come beside them in each second
    seconds: float = 5


SMALL = Size(
    rounds=1, requests=8, rendered=4, starts=1, counts=(3,), kinds=tuple(SLOW)[:1], slow=2, seconds=0.3
)  # a trial, no measurement


def main(size: Size, say: Callable[[str], None] = print) -> None:
    with tempfile.TemporaryDirectory(prefix="sosafe-bench-") as folder:
        data_dir = Path(folder) / "data"
        environ = environment(data_dir)
        manage(environ, "setup")
        for part in (servers, starts, clients, in_process, growth):
            part(size, environ, Path(folder), say)


def manage(environ: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    subprocess.run(command, cwd=ROOT, env=environ, check=True, stdout=subprocess.DEVNULL)


def servers(size: Size, environ: dict[str, str], folder: Path, say: Callable[[str], None]) -> None:
    """CPU for 1,000 requests, and how long readers wait; the site's rendering by an address that is never stored."""
    rendering = f"/?on={date.today()}"
    with ExitStack() as running:
        bare, site, raw = (running.enter_context(gunicorn(each, environ)) for each in (BARE, SITE, RAW))
        turns: list[tuple[str, Server, str, int]] = [
            ("bare Django view", bare, "/", size.requests),
            ("site, home page", site, "/", size.requests),
            ("site, rendered anew", site, rendering, size.rendered),
            ("gunicorn alone", raw, "/", size.requests),
            ("site, under granian", running.enter_context(granian(environ)), "/", size.requests),
        ]
        file = nginx(folder / "nginx")
        if file:
            turns.append(("nginx, a file", running.enter_context(file), "/", size.requests))
        for _, server, path, _ in turns:
            load(server.port, path, min(40, size.requests))
        costs: dict[str, list[float]] = {name: [] for name, *_ in turns}
        waits: dict[str, list[float]] = {name: [] for name, *_ in turns}
        for _ in range(size.rounds):
            for name, server, path, count in turns:
                before = server.cpu()
                seconds = load(server.port, path, count)
                waits[name] += seconds
                costs[name].append(1_000 * (server.cpu() - before) / len(seconds))
        with connect(site.port) as connection:
            sent = len(answer(connection, request("/")))
        memory = {name: server.worker_memory() for name, server, *_ in turns}
    say(f"Under gunicorn {' '.join(FLAGS)}")
    say(f"{size.rounds} rounds in turn of {size.requests} requests over {AT_ONCE} connections. {machine()}.")
    if not file:
        say("There is no nginx on this machine, so its row is missing. On Debian: apt install nginx-light")
    say("")
    base = costs["bare Django view"]
    rows = [
        [
            name,
            figures(costs[name], "{:.2f}"),
            figures([own / other if other else 0 for own, other in zip(costs[name], base, strict=True)], "{:.2f}"),
            f"{percentile(waits[name], 50):.1f}",
            f"{percentile(waits[name], 99):.1f}",
            " ".join(f"{each:.0f}" for each in memory[name]),
        ]
        for name, *_ in turns
    ]
    table(say, ["", "CPU s per 1,000", "ratio to bare Django", "p50 ms", "p99 ms", "MB of each worker"], rows)
    say("CPU and ratio: minimum, median and maximum of the rounds.")
    say(f"The home page is {sent:,} bytes on the wire, with its headers.")


def starts(size: Size, environ: dict[str, str], folder: Path, say: Callable[[str], None]) -> None:
    took: dict[str, list[float]] = {BARE: [], SITE: []}
    for _ in range(size.starts):
        for application, seconds in took.items():
            with gunicorn(application, environ) as server:
                seconds.append(server.started_in)
    say("")
    rows = [
        [name, figures(took[application], "{:.2f}")]
        for name, application in (("bare Django view", BARE), ("site", SITE))
    ]
    table(say, ["Start", "seconds to the first answer"], rows)


def clients(size: Size, environ: dict[str, str], folder: Path, say: Callable[[str], None]) -> None:
    """Why these servers, and so many threads: readers beside clients that are slow, or ask for nothing."""
    (Path(environ["DATA_DIR"]) / "static" / "large.bin").write_bytes(os.urandom(20_000_000))  # fits into no buffer
    few = [*FLAGS, "--threads", "4"]
    rows = []
    with (folder / "log").open("ab") as log:  # each form that is cut off is a warning
        ways = {
            f"gunicorn {version('gunicorn')}, 4 threads each": lambda: gunicorn(SITE, environ, *few, log=log),
            f"gunicorn {version('gunicorn')}, as it is run": lambda: gunicorn(SITE, environ, log=log),
            f"granian {version('granian')}": lambda: granian(environ, log),
        }
        for name, start in ways.items():
            with start() as server:
                met = [beside_slow(size, server, kind) for kind in size.kinds]
            rows.append([name, *(f"{len(each.failures)} of {each.sent}, {each.percentile(99):.0f} ms" for each in met)])
    say("")
    table(say, [f"Readers that failed, and p99, beside {size.slow}", *size.kinds], rows)


def beside_slow(size: Size, server: Server, kind: str) -> Tally:
    crowd = Crowd(readers=size.readers, slow=size.slow, kinds=[kind], large="/static/large.bin")
    with beside(Place(server.port), crowd) as tallies:
        time.sleep(size.seconds)
    return tallies["readers"]


def in_process(size: Size, environ: dict[str, str], folder: Path, say: Callable[[str], None]) -> None:
    took: dict[str, list[float]] = {BARE: [], SITE: []}
    for _ in range(size.starts):
        for application, seconds in took.items():
            seconds.append(inside(environ, application, size.requests, "/")["/"])
    ratios = [own / other for own, other in zip(took[SITE], took[BARE], strict=True)]
    say("")
    table(
        say,
        ["Without a server", "µs for an answer", "ratio"],
        [
            ["bare Django's handler", figures([1e6 * each for each in took[BARE]], "{:.0f}"), ""],
            ["site, home page", figures([1e6 * each for each in took[SITE]], "{:.0f}"), figures(ratios, "{:.2f}")],
        ],
    )


def growth(size: Size, environ: dict[str, str], folder: Path, say: Callable[[str], None]) -> None:
    """Without a server: the time for a page as readers ask for it, and for the same rendered anew."""
    anew_of = {path: f"{path}?on={date.today()}" for path in GROWN}
    grown: list[dict[str, list[float]]] = []
    for count in size.counts:
        data_dir = shutil.copytree(environ["DATA_DIR"], folder / f"grown-{count}")
        there = environ | {"DATA_DIR": str(data_dir)}
        code = f"from tests.growth import grow; from sosafe_site.periods import today; grow({count}, today())"
        manage(there, "shell", "--no-imports", "-c", code)
        asked = inside(there, SITE, size.requests // 20 + 1, *GROWN)
        anew = inside(there, SITE, size.rendered // 3 + 1, *anew_of.values())
        grown.append({path: [asked[path], anew[anew_of[path]]] for path in GROWN})
    say("")
    heads = [f"{count:,}" for count in size.counts]
    rows = [
        [path, *(f"{1e6 * each[path][0]:.0f}" for each in grown), *(f"{1e3 * each[path][1]:.0f}" for each in grown)]
        for path in GROWN
    ]
    table(
        say, ["With so many of all", *(f"{head}: µs" for head in heads), *(f"anew, {head}: ms" for head in heads)], rows
    )


def inside(environ: dict[str, str], application: str, count: int, *addresses: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmark.inside", application, str(count), *addresses]
    result = subprocess.run(command, cwd=ROOT, env=environ, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(result.stdout)


def figures(numbers: Iterable[float], form: str) -> str:
    """The least, the median and the greatest."""
    each = sorted(numbers)
    return " ".join(form.format(number) for number in (each[0], statistics.median(each), each[-1]))


def percentile(seconds: list[float], which: int) -> float:
    """In milliseconds."""
    return 1e3 * statistics.quantiles(seconds, n=100)[which - 1]


def machine() -> str:
    cores = len(os.sched_getaffinity(0))
    return f"Python {platform.python_version()}, {cores} cores, {platform.system()} on {platform.machine()}"


def table(say: Callable[[str], None], heads: list[str], rows: list[list[str]]) -> None:
    """As Markdown, so that it can be shown as it is."""
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    for row in (heads, ["-" * width for width in widths], *rows):
        say("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")


if __name__ == "__main__":
    main(SMALL if sys.argv[1:] == ["small"] else Size())
