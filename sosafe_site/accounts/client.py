"""From which address of the network a request comes, for limits alone: it is never written down."""

import re
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

WITH_PORT = re.compile(r"\[(?P<six>[^\]]*)\](:\d+)?|(?P<four>[^:]*):\d+")  # as proxies write it
NOT_KNOWN = "unknown"


def client_address(request: HttpRequest) -> str:
    """Of IPv6 the first half, since a connection at home has all of the other.

    What a request says of its own way is believed only as far as our own proxies wrote it: as many entries from the
    right as PROXIES says. With fewer, or without sense, it did not come through them.
    """
    way = request.headers.get("X-Forwarded-For", "").split(",")
    told = way[-settings.PROXIES] if 0 < settings.PROXIES <= len(way) else ""
    return in_one_form(told) or in_one_form(request.META.get("REMOTE_ADDR", "")) or NOT_KNOWN


def in_one_form(text: str) -> str:
    """Empty if it is no address."""
    found = WITH_PORT.fullmatch(text.strip())
    try:
        address = ip_address((found["six"] or found["four"] or "") if found else text.strip())
    except ValueError:
        return ""
    if address.version == 4:
        return str(address)
    four = address.ipv4_mapped
    return str(four or ip_network((int(address), 64), strict=False).network_address)
