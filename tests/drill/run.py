"""`make drill`: everything that is promised of bad days, caused on purpose. Prints one table, and what was not kept.

A scenario is a function of a module of this package. It takes whether it is only tried, in its smallest size, and
yields rows. Some promises are of time, so what is printed on a busy machine is pessimistic.
"""

import shutil
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

from django.conf import settings

from tests import servers
from tests.benchmark.__main__ import machine, table
from tests.drill import day, failures, grown, install, killing, restarts
from tests.drill.row import HEADS, Row
from tests.tools import ROOT

SCENARIOS: dict[str, Callable[[bool], Iterable[Row]]] = {
    "day": day.rows,
    "restarts": restarts.rows,
    "failures": failures.rows,
    "grown": grown.rows,
    "install": install.rows,
    "killing": killing.rows,
}
ONLY_IF_NAMED = {"install"}
FIGURES = ROOT / "docs" / "operations.md"
BEGIN, END = "<!-- figures: make drill -->\n", "<!-- end -->"


def main(chosen: list[str], is_small: bool, is_written: bool) -> int:
    """The exit code: 1 when a promise is broken."""
    began, rows = time.monotonic(), list[Row]()
    is_own = not settings.RUN_DIR.exists()  # else the tests run this
    settings.RUN_DIR.mkdir(parents=True, exist_ok=True)
    try:
        for name in chosen:
            for row in of_scenario(name, is_small):
                print(f"{row.scenario}, {row.server}, {row.database}: {' '.join(row.cells()[3:])}", flush=True)
                for promise in row.broken:
                    print(f"  BROKEN: {promise}", flush=True)
                rows.append(row)
    finally:
        if is_own:
            servers.end_common_cluster()
            shutil.rmtree(settings.RUN_DIR)
    lines = list(report(rows, time.monotonic() - began))
    print("", *lines, sep="\n")
    if is_written:
        write(lines, FIGURES)
    broken = [f"{row.scenario}, {row.server}, {row.database}: {promise}" for row in rows for promise in row.broken]
    print("", *(broken or ["Every promise was kept."]), sep="\n")
    return 1 if broken else 0


def of_scenario(name: str, is_small: bool) -> Iterator[Row]:
    """Its rows. One that ends in an error has kept none of what the rest of it would have shown."""
    try:
        yield from SCENARIOS[name](is_small)
    except Exception as error:
        traceback.print_exc()
        yield Row(name, broken=[f"it runs to its end: {type(error).__name__}: {error}"])


def report(rows: list[Row], seconds: float) -> Iterator[str]:
    lines: list[str] = []
    table(lines.append, HEADS, [row.cells() for row in rows])
    yield f"`make drill` on {date.today():%-d %B %Y}, in {seconds / 60:.0f} minutes. {machine()}."
    yield ""
    yield from lines


def write(lines: list[str], into: Path) -> None:
    """Between the two marks. Raises ValueError when they are not there."""
    before, begins, rest = into.read_text().partition(BEGIN)
    _, ends, after = rest.partition(END)
    if not (begins and ends):
        raise ValueError(f"{into} lacks {BEGIN.strip()} or {END}.")
    into.write_text("".join([before, begins, "\n", *(f"{line}\n" for line in lines), "\n", ends, after]))


def run(words: list[str]) -> int:
    """What is chosen by these: names of scenarios, "small" to try them, "write" for the document."""
    if unknown := set(words) - {*SCENARIOS, "small", "write"}:
        sys.exit(f"make drill knows no {', '.join(sorted(unknown))}; it knows {', '.join(SCENARIOS)}.")
    named = [word for word in words if word in SCENARIOS]
    chosen = named or [name for name in SCENARIOS if name not in ONLY_IF_NAMED]
    return main(chosen, "small" in words, "write" in words)
