"""Serves the site with granian: `python -m sosafe_site.serve 127.0.0.1:8000`, or on the socket that systemd holds.

Such a socket stays open while the service restarts, and whoever comes meanwhile waits in its queue a moment. granian
itself binds anew at each start, which loses those who wait: docs/decisions/0010-server.md.
"""

import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.net import SocketHolder
from granian.server.mp import MPServer

from sosafe_site.wsgi import application  # before the workers are made, so that they share its memory

WORKERS = 2
BACKLOG = 1024  # connections that wait in the queue of the socket
TO_END = 10  # seconds that a stopping worker has for what it has begun; then slow clients are cut off
FIRST_OF_SYSTEMD = 3  # the number of the first file that it hands over


class Server(MPServer):
    def __init__(self, listening: socket.socket, **options: Any) -> None:
        super().__init__("sosafe_site.wsgi", **options)
        self.listening = listening

    def _init_shared_socket(self) -> None:
        """In place of granian's, which can only bind to an address; its workers get what it would have made for them.

        The names are granian's own, and no promise of it: tests/test_restart.py says when they have changed.
        """
        self._ssp, self._sso = None, self.listening
        holder: Any = SocketHolder  # whose types tell less than it takes
        self._shd = holder(self.listening.fileno(), self.listening.family == socket.AF_UNIX, BACKLOG)


def listening_socket(address: str) -> socket.socket:
    """Raises OSError when the address can't be used."""
    if os.environ.get("LISTEN_PID") == str(os.getpid()):
        return socket.socket(fileno=FIRST_OF_SYSTEMD)
    host, _, port = address.rpartition(":")
    return socket.create_server((host, int(port)), backlog=BACKLOG)


def load() -> Callable[..., Any]:
    """In a new worker. Until it is ready it would not hear the signal to end, and has nothing that is to be ended."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    return application


if __name__ == "__main__":
    Server(
        listening_socket(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:8000"),
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,  # what proxies speak to a server behind them
        workers=WORKERS,
        blocking_threads=256,  # made as they are needed: each client that sends or reads slowly holds one
        workers_kill_timeout=TO_END,
        respawn_failed_workers=True,
        log_level=LogLevels.error,
        log_dictconfig=settings.LOGGING,
    ).serve(target_loader=load, wrap_loader=False)
