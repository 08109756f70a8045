"""What a scenario found: a row of the table that `make drill` prints."""

from dataclasses import dataclass, field

from tests.drill.clients import Tally
from tests.drill.officers import Officer

HEADS = ["scenario", "server", "database", "requests", "failed", "p50 ms", "p99 ms", "saves", "lost", "seconds"]


@dataclass
class Row:
    """A scenario checks what it promises with `expect`; nothing that is not so ends it, but all of it is told."""

    scenario: str
    server: str = ""
    database: str = "SQLite"
    asked: Tally = field(default_factory=Tally)
    saved: int | None = None  # saves that the site acknowledged, and how many of them are gone or torn
    lost: int | None = None
    seconds: float | None = None
    until: str = ""  # what took these seconds
    broken: list[str] = field(default_factory=list)  # promises

    def expect(self, is_so: bool, promise: str) -> None:
        if not is_so:
            self.broken.append(promise)

    def count(self, officers: list[Officer], lost: list[str]) -> None:
        """Their saves; a save that failed is a request that did."""
        self.saved, self.lost = sum(len(each.acknowledged) for each in officers), len(lost)
        self.asked.failures += [failure for each in officers for failure in each.tally.failures]

    def expect_nothing_failed_or_lost(self) -> None:
        first = f", such as: {self.asked.failures[0]}" if self.asked.failures else ""
        self.expect(not self.asked.failures, f"0 of {self.asked.sent} requests fail: {len(self.asked.failures)}{first}")
        self.expect(not self.lost, f"0 of {self.saved} acknowledged saves are lost: {self.lost}")

    def cells(self) -> list[str]:
        requests = [f"{self.asked.sent:,}", f"{len(self.asked.failures):,}"] if self.asked.sent else ["", ""]
        waits = [f"{self.asked.percentile(which):.0f}" if self.asked.seconds else "" for which in (50, 99)]
        saves = ["" if each is None else f"{each:,}" for each in (self.saved, self.lost)]
        took = "" if self.seconds is None else f"{self.seconds:.1f} {self.until}".strip()
        return [self.scenario, self.server, self.database, *requests, *waits, *saves, took]
