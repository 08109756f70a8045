"""Those who use the site at once: readers, programs that poll its feeds, and clients that are slow or mean harm.

All of a crowd run in one process of their own (`beside`), so that what else a scenario does takes no time from them.
Each has an address of its own in 127.0.0.0/8, as readers have.
"""

import asyncio
import json
import random
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from itertools import count

from tests.tools import ROOT

GIVES_UP = 30  # seconds, after which a reader has lost patience: the request has failed
OPEN_FOR = 20  # seconds for which a browser keeps a connection that it uses no more
POLLS_EVERY = 2  # seconds; real programs ask each quarter of an hour
DRIP = 0.5  # seconds between two bytes of a slow client
PAGES = ("/", "/get-help/", "/updates/")  # which are stored; the form of /contact/ is not
FEEDS = ("/updates.atom", "/meetings/dates.atom", "/meetings/public/calendar.ics", "/sitemap.xml")


@dataclass(frozen=True)
class Place:
    """Where the site answers, and the public name by which it is asked: that of SITE_URL."""

    port: int
    host: str = "127.0.0.1"
    is_https: bool = False

    @property
    def origin(self) -> str:
        return f"{'https' if self.is_https else 'http'}://{self.host}"

    @property
    def tls(self) -> ssl.SSLContext | None:
        return trusting() if self.is_https else None


@cache
def trusting() -> ssl.SSLContext:
    """Any certificate: that of a drill is its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@dataclass
class Tally:
    """Of many requests: how long each took, in seconds, and what was wrong with those that failed."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def sent(self) -> int:
        return len(self.seconds) + len(self.failures)

    def percentile(self, which: int) -> float:
        """In milliseconds."""
        ordered = sorted(self.seconds)
        return 1_000 * ordered[min(len(ordered) - 1, len(ordered) * which // 100)] if ordered else 0

    def add(self, other: "Tally") -> "Tally":
        self.seconds += other.seconds
        self.failures += other.failures
        return self


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class CutOffError(OSError):
    """The connection ended before the whole answer was there."""


class IdleError(CutOffError):
    """It had ended before the first byte of an answer, as one does that a server closes after a while without use."""


class Connection:
    def __init__(self, place: Place, address: str = "127.0.0.1") -> None:
        self.place, self.address, self.used = place, address, 0
        self.tls = place.tls
        self.reader: asyncio.StreamReader | None = None

    async def open(self, takes: int = 0) -> None:
        """With so many bytes at most that wait to be read; by default as many as the system thinks fit."""
        connecting = socket.socket()
        try:
            if takes:
                connecting.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, takes)
            connecting.bind((self.address, 0))
            connecting.setblocking(False)
            await asyncio.get_running_loop().sock_connect(connecting, ("127.0.0.1", self.place.port))
            self.reader, self.writer = await asyncio.open_connection(
                sock=connecting, ssl=self.tls, server_hostname=self.place.host if self.tls else None
            )
        except BaseException:
            connecting.close()
            raise
        self.used = 0

    async def __aenter__(self) -> "Connection":
        return self

    async def __aexit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        if self.reader:
            self.reader = None
            self.writer.close()

    async def ask(self, path: str, **headers: str) -> Answer:
        """As a browser does: on a connection that turns out to be closed by now, it asks once more on a new one.

        Raises OSError when there is no whole answer, TimeoutError when it takes too long.
        """
        async with asyncio.timeout(GIVES_UP):
            if self.reader and self.used:
                with suppress(IdleError):
                    return await self.ask_once(path, headers)
                self.close()
            if not self.reader:
                await self.open()
            return await self.ask_once(path, headers)

    async def ask_once(self, path: str, headers: dict[str, str]) -> Answer:
        assert self.reader
        try:
            self.writer.write(request(self.place, path, headers))
            await self.writer.drain()
            line = await self.reader.readline()
        except ConnectionError as error:
            raise IdleError(str(error)) from error
        if not line:
            raise IdleError("closed without an answer")
        self.used += 1
        answer = await self.rest(line)
        if answer.headers.get("connection", "").lower() == "close":
            self.close()
        return answer

    async def rest(self, line: bytes) -> Answer:
        assert self.reader
        try:
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            pairs = (each.split(":", 1) for each in head.split("\r\n") if ":" in each)
            headers = {name.lower(): value.strip() for name, value in pairs}
            status = int(line.split()[1])
            return Answer(status, headers, await self.body(status, headers))
        except (asyncio.IncompleteReadError, ConnectionError, ValueError, IndexError) as error:
            raise CutOffError(f"cut off: {error}") from error

    async def body(self, status: int, headers: dict[str, str]) -> bytes:
        assert self.reader
        if status in (204, 304):
            return b""
        if headers.get("transfer-encoding") == "chunked":
            parts = []
            while size := int((await self.reader.readline()).split(b";")[0], 16):
                parts.append((await self.reader.readexactly(size + 2))[:-2])
            await self.reader.readline()
            return b"".join(parts)
        if "content-length" in headers:
            return await self.reader.readexactly(int(headers["content-length"]))
        raise ValueError("it doesn't say how long it is")  # whether it is whole, nobody could tell


def request(place: Place, path: str, headers: dict[str, str], method: str = "GET") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {place.host}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def address_of(number: int) -> str:
    return f"127.{1 + number // 62_500 % 250}.{number // 250 % 250}.{1 + number % 250}"


async def noted(tally: Tally, asked: Awaitable[Answer], good: tuple[int, ...] = (200,)) -> Answer | None:
    began = time.perf_counter()
    try:
        answer = await asked
        if answer.status not in good:
            raise CutOffError(f"answered {answer.status}")
    except (OSError, asyncio.IncompleteReadError) as error:  # TimeoutError is one
        tally.failures.append(f"{time.strftime('%H:%M:%S')} {type(error).__name__}: {error}")
        return None
    tally.seconds.append(time.perf_counter() - began)
    return answer


async def reads(place: Place, number: int, paths: Sequence[str], tally: Tally, leave: asyncio.Event) -> None:
    """Every second one keeps its connection, for the next page and then for a while, as browsers do."""
    keeps = number % 2 == 0
    headers = {"Accept_Encoding": "br, gzip"} | ({} if keeps else {"Connection": "close"})
    async with Connection(place, address_of(number)) as connection:
        for path in paths:
            if connection.used:
                await asyncio.sleep(random.uniform(0.1, 2))  # noqa: S311  # no secret
            if not await noted(tally, connection.ask(path, **headers)):
                return  # whoever gets no answer asks for no more
        if keeps:
            with suppress(TimeoutError):
                await asyncio.wait_for(leave.wait(), OPEN_FOR)


async def polls(place: Place, number: int, tally: Tally) -> None:
    """Asks for a feed again and again, each time only for what is new. Ends when it is cancelled."""
    path, known = FEEDS[number % len(FEEDS)], dict[str, str]()
    await asyncio.sleep(random.uniform(0, POLLS_EVERY))  # noqa: S311  # no secret
    async with Connection(place, address_of(number)) as connection:
        while True:
            answer = await noted(tally, connection.ask(path, **known), (200, 304))
            if answer and "etag" in answer.headers:
                known = {"If_None_Match": answer.headers["etag"]}
            await asyncio.sleep(POLLS_EVERY)


async def sends_headers_slowly(connection: Connection, number: int, large: str) -> None:
    await connection.open()
    await drips(connection, request(connection.place, "/", {"User_Agent": "x" * 10_000}))


async def sends_body_slowly(connection: Connection, number: int, large: str) -> None:
    await connection.open()
    headers = {"Content_Length": "100000", "Content_Type": "application/x-www-form-urlencoded"}
    connection.writer.write(request(connection.place, "/admin/login/", headers, "POST"))
    await drips(connection, b"x" * 100_000)


async def drips(connection: Connection, content: bytes) -> None:
    for byte in content:
        connection.writer.write(bytes([byte]))
        await connection.writer.drain()
        await asyncio.sleep(DRIP)


async def reads_slowly(connection: Connection, number: int, large: str) -> None:
    """What fits into no buffer on the way, some bytes at a time."""
    await connection.open(takes=4_096)
    connection.writer.write(request(connection.place, large, {}))
    assert connection.reader
    while await connection.reader.read(512):
        await asyncio.sleep(DRIP)


async def stays(connection: Connection, number: int, large: str) -> None:
    """Half of them ask for nothing at all; the others don't close after the answer that was to be the last."""
    await connection.open()
    if number % 2:
        connection.writer.write(request(connection.place, "/", {"Connection": "close"}))
    await asyncio.sleep(OPEN_FOR)


SLOW: dict[str, Callable[[Connection, int, str], Awaitable[None]]] = {
    "slow headers": sends_headers_slowly,
    "slow bodies": sends_body_slowly,
    "slow readers": reads_slowly,
    "silent or closing late": stays,
}


async def again(kind: str, place: Place, number: int, large: str) -> None:
    """Whoever is shown the door comes back. Ends when it is cancelled."""
    while True:
        with suppress(OSError):
            async with Connection(place, address_of(number)) as connection:
                await SLOW[kind](connection, number, large)
        await asyncio.sleep(DRIP)


@dataclass
class Crowd:
    """Who comes: so many readers a second, each for some pages; so many pollers, and slow clients of each kind."""

    readers: float = 0
    pollers: int = 0
    slow: int = 0
    pages: Sequence[str] = PAGES
    large: str = "/"  # an address whose answer is large, for those who read slowly
    kinds: Sequence[str] = tuple(SLOW)

    async def come(self, place: Place, is_over: Callable[[], bool]) -> dict[str, Tally]:
        tallies, numbers, leave = {"readers": Tally(), "pollers": Tally()}, count(1_000), asyncio.Event()
        endless = [polls(place, next(numbers), tallies["pollers"]) for _ in range(self.pollers)]
        endless += [again(kind, place, next(numbers), self.large) for _ in range(self.slow) for kind in self.kinds]
        staying = [asyncio.ensure_future(each) for each in endless]
        reading: set[asyncio.Task[None]] = set()
        began, came = time.perf_counter(), 0
        while not is_over():
            while came < self.readers * (time.perf_counter() - began):
                task = asyncio.ensure_future(reads(place, next(numbers), self.pages, tallies["readers"], leave))
                reading.add(task)
                task.add_done_callback(reading.discard)
                came += 1
            await asyncio.sleep(0.01)
        leave.set()
        await asyncio.gather(*reading)  # they stay until they have read what they came for
        for each in staying:
            each.cancel()
        await asyncio.gather(*staying, return_exceptions=True)
        await asyncio.sleep(0.1)  # in which connections are closed
        return tallies


@contextmanager
def beside(place: Place, crowd: Crowd) -> Iterator[dict[str, Tally]]:
    """The crowd comes as long as the block lasts; after it, what is given holds their tallies."""
    command = [sys.executable, "-m", "tests.drill.clients", json.dumps([asdict(place), asdict(crowd)])]
    tallies: dict[str, Tally] = {}
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield tallies
        finally:
            output, _ = process.communicate("")
    tallies |= {name: Tally(**each) for name, each in json.loads(output).items()}


def main(place: dict, crowd: dict) -> None:
    """Until the process that started this one closes its end, or ends itself."""
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    tallies = asyncio.run(Crowd(**crowd).come(Place(**place), over.is_set))
    print(json.dumps({name: asdict(tally) for name, tally in tallies.items()}))


if __name__ == "__main__":
    main(*json.loads(sys.argv[1]))
