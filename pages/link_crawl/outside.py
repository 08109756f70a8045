"""Whether an address of another site answers: asked politely, and never of a machine inside our own network."""

import socket
import ssl
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address, ip_network
from threading import Timer
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.conf import settings

from pages.models import BadLink

SECONDS_OF_SILENCE, SECONDS_IN_ALL = 10, 30
MOST_REDIRECTS = 5
REFUSALS = (401, 403)  # something is there, and is not for programs: that says nothing about readers
GLOBAL_UNICAST = ip_network("2000::/3")
UNRESERVED = "!$&'()*+,/:;=?@~%"  # what quote() leaves as it is besides letters, digits and "_.-"


class NotPublicError(Exception):
    """The name leads to an address that only machines of our own network reach."""


def follow(link: str) -> BadLink | None:
    """What is wrong with a link to another site, if anything."""
    at, is_for_good = link, True
    for _ in range(1 + MOST_REDIRECTS):
        try:
            status, location = ask(at)
        except NotPublicError:
            return BadLink(link=link, kind=BadLink.Kind.BROKEN, problem="leads to an address that readers can’t reach")
        except (OSError, HTTPException, ValueError) as error:  # of the name, the line, the certificate, the answer
            return BadLink(link=link, kind=BadLink.Kind.PASSING, problem=f"gets no answer: {in_words(error)}")
        if status in (301, 302, 303, 307, 308) and location:
            is_for_good = is_for_good and status in (301, 308)
            at = urljoin(at, location)
        elif status in (404, 410):
            return BadLink(link=link, kind=BadLink.Kind.BROKEN, problem=f"leads to no page (answer {status})")
        elif status >= 400 and status not in REFUSALS:
            return BadLink(link=link, kind=BadLink.Kind.PASSING, problem=f"gets an error (answer {status})")
        elif at != link and is_for_good:
            return BadLink(link=link, kind=BadLink.Kind.MOVED, problem=f"has moved: link to {at} instead")
        else:
            return None
    return BadLink(link=link, kind=BadLink.Kind.PASSING, problem="is sent from address to address without end")


def in_words(error: Exception) -> str:
    match error:
        case socket.gaierror():
            return "there is no website of that name"
        case TimeoutError():
            return "it took too long"
        case ssl.SSLError():
            return "its certificate is not right"
        case OSError() | HTTPException():
            return "the connection failed"
    return "it is no web address"


def ask(url: str) -> tuple[int, str]:
    """The status and, of a redirect, where it leads. Raises NotPublicError, OSError, HTTPException or ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("it is not a web address")
    host = parts.hostname.encode("idna").decode()
    port = parts.port or (443 if parts.scheme == "https" else 80)
    addresses = public_addresses(host, port)
    try:
        answer = request("HEAD", parts, host, connect(addresses, port))
    except (OSError, HTTPException):
        answer = None
    if answer and answer[0] < 400:
        return answer
    return request("GET", parts, host, connect(addresses, port))  # some servers know nothing else


def public_addresses(host: str, port: int) -> list[str]:
    """All addresses of a name. Raises NotPublicError when one of them is not for everyone."""
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not settings.CHECK_PRIVATE_LINKS and not all(is_public(address) for address in found):
        raise NotPublicError(host)
    return found


def is_public(address: str) -> bool:
    ip = ip_address(address)
    if ip.version == 6 and (ip not in GLOBAL_UNICAST or ip.sixtofour):  # what can hold a private one of version 4
        return False
    return ip.is_global and not ip.is_multicast


def connect(addresses: list[str], port: int) -> socket.socket:
    """To these very addresses, wherever the name leads by now. Raises the OSError of the last one."""
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), SECONDS_OF_SILENCE)
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), SECONDS_OF_SILENCE)


def request(method: str, parts: SplitResult, host: str, connected: socket.socket) -> tuple[int, str]:
    """One request, of whose answer only the head is read."""
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connected = context.wrap_socket(connected, server_hostname=host, do_handshake_on_connect=False)
    too_long = Timer(SECONDS_IN_ALL, connected.shutdown, [socket.SHUT_RDWR])  # for an answer that comes byte by byte
    connection = HTTPConnection(host)
    connection.sock = connected
    named = f"[{host}]" if ":" in host else host
    headers = {
        "Host": f"{named}:{parts.port}" if parts.port else named,
        "User-Agent": f"SoSafe-link-check (+{settings.SITE_URL}/)",
        "Accept": "*/*",
        "Connection": "close",
    }
    try:
        too_long.start()
        connection.request(
            method, quote(parts._replace(scheme="", netloc="").geturl() or "/", UNRESERVED), headers=headers
        )
        response = connection.getresponse()
        response.close()
        return response.status, response.headers.get("Location", "")
    finally:
        too_long.cancel()
        connection.close()
