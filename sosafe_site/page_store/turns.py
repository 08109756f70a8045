"""What one at a time does on this machine: renders a page, or works out what is gone."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from django.core.files import locks

PAGES = 256  # that can be rendered at once
LOOK = PAGES  # the number of a turn that no page has
PATIENCE, PAUSE = 10, 0.01  # seconds to wait, and to sleep meanwhile, for whoever has the turn


class Turns:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.own = [threading.Lock() for _ in range(PAGES + 1)]

    @contextmanager
    def take(self, number: int) -> Iterator[None]:
        """Who has waited too long, or can't, does without.

        Only one of a process asks for the turn again and again: a crowd of those would take all its time.
        """
        with ExitStack() as stack:
            if self.own[number].acquire(timeout=PATIENCE):
                stack.callback(self.own[number].release)
            with suppress(OSError):
                self.folder.mkdir(parents=True, exist_ok=True)
                file = stack.enter_context((self.folder / str(number)).open("wb"))  # when it is closed, the turn ends
                for _ in range(int(PATIENCE / PAUSE)):
                    if locks.lock(file, locks.LOCK_EX | locks.LOCK_NB):
                        break
                    time.sleep(PAUSE)
            yield
