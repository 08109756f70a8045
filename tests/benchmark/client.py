"""Asks for an address again and again, as browsers do: some connections at once, each kept open."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

from tests.tools import PATIENCE

AT_ONCE = 4
LATE = 2  # seconds for which a client that closes late holds its connection after the answer


def request(path: str, connection: str = "keep-alive") -> bytes:
    lines = [
        f"GET {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Accept-Encoding: br, gzip",
        f"Connection: {connection}",
        "",
        "",
    ]
    return "\r\n".join(lines).encode()


def connect(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def answer(connection: socket.socket, asked: bytes) -> bytes:
    """The whole answer. Raises OSError when it is none or no success."""
    connection.sendall(asked)
    received = b""
    while b"\r\n\r\n" not in received:
        if not (more := connection.recv(65_536)):
            raise OSError(f"The server closed the connection after {received!r}.")
        received += more
    head, _, body = received.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200 "):
        raise OSError(f"The server answered {head.splitlines()[0]!r} to {asked.splitlines()[0]!r}.")
    lengths = [int(line[15:]) for line in head.lower().splitlines() if line.startswith(b"content-length:")]
    if not lengths:
        raise OSError(f"The server doesn't say how long its answer is: {head!r}.")
    missing = lengths[0] - len(body)
    while missing > 0:
        more = connection.recv(65_536)
        received += more
        missing -= len(more)
    return received


def load(port: int, path: str, count: int) -> list[float]:
    """Seconds until each answer was there."""

    def some(number: int) -> list[float]:
        seconds = []
        with connect(port) as connection:
            for _ in range(number):
                began = time.perf_counter()
                answer(connection, request(path))
                seconds.append(time.perf_counter() - began)
        return seconds

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return [each for part in threads.map(some, [-(-count // AT_ONCE)] * AT_ONCE) for each in part]


def closing_late(port: int, path: str, seconds: float) -> float:
    """Answers a second to clients that ask once each and hold their connection open after the answer."""
    ends = time.perf_counter() + seconds

    def visitors(_: int) -> int:
        answered, held = 0, []
        while time.perf_counter() < ends:
            connection = connect(port)
            connection.settimeout(max(0.1, ends - time.perf_counter()))
            held.append((time.perf_counter() + LATE, connection))
            try:
                answer(connection, request(path, "close"))
                answered += 1
            except TimeoutError:
                break
            while held and held[0][0] < time.perf_counter():
                held.pop(0)[1].close()
        for _, connection in held:
            connection.close()
        return answered

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return sum(threads.map(visitors, range(AT_ONCE))) / seconds


@contextmanager
def silent(port: int, count: int):
    """So many connections that are open and ask for nothing, as browsers open them in advance."""
    with ExitStack() as connections:
        for _ in range(count):
            connections.enter_context(connect(port))
        yield
