"""Asks for an address again and again, as browsers do: some connections at once, each kept open."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor

from tests.tools import PATIENCE

AT_ONCE = 4


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
