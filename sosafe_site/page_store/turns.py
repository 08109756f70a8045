"""What many want at once is worked out by one: of this machine's processes, and of a process's threads."""

import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from django.core.files import locks

Result = TypeVar("Result")
PATIENCE, PAUSE = 10, 0.01  # seconds to wait, and to sleep meanwhile, for whoever has the turn


@contextmanager
def turn(place: Path) -> Iterator[None]:
    """One process, or thread, at a time. Who has waited too long, or can't, does without."""
    with ExitStack() as stack:
        with suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            file = stack.enter_context(place.open("wb"))  # when it is closed, the turn ends
            for _ in range(int(PATIENCE / PAUSE)):
                if locks.lock(file, locks.LOCK_EX | locks.LOCK_NB):
                    break
                time.sleep(PAUSE)
        yield


@dataclass
class Flight:
    lock: threading.Lock = field(default_factory=threading.Lock)
    passengers: int = 0
    began: float = 0
    result: Any = None


class SingleFlight:
    """What one thread has worked out, all get who had asked for it before it began: for them it is new enough.

    So nobody waits longer than for two, however often it changes meanwhile.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.flights: dict[Hashable, Flight] = {}

    def get(
        self, key: Hashable, work: Callable[[], Result], instead: Callable[[], Result], patience: float = PATIENCE
    ) -> Result:
        """Of that work; or, after so many seconds of waiting for another's, of what is to be done instead."""
        asked = time.monotonic()
        with self.boarded(key) as flight:
            if not flight.lock.acquire(timeout=patience):
                return instead()
            try:
                if flight.began <= asked:
                    began = time.monotonic()
                    flight.result, flight.began = work(), began
                return flight.result
            finally:
                flight.lock.release()

    @contextmanager
    def boarded(self, key: Hashable) -> Iterator[Flight]:
        with self.lock:
            flight = self.flights.setdefault(key, Flight())
            flight.passengers += 1
        try:
            yield flight
        finally:
            with self.lock:
                flight.passengers -= 1
                if not flight.passengers:
                    del self.flights[key]
