"""The client's address is taken from what our own proxies wrote, and never from what a client claims."""

import pytest
from django.test import RequestFactory

from sosafe_site.accounts.client import client_address

DIRECT, CLAIMED = "192.0.2.1", "203.0.113.9"


def address(settings, proxies, way=None, direct=DIRECT):
    settings.PROXIES = proxies
    headers = {} if way is None else {"X-Forwarded-For": way}
    return client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=direct))


@pytest.mark.parametrize("way", [None, CLAIMED, f"{CLAIMED}, 198.51.100.7", "127.0.0.1"])
def test_without_proxies_no_claim_is_believed(settings, way):
    assert address(settings, 0, way) == DIRECT


@pytest.mark.parametrize(
    ("proxies", "way", "told"),
    [
        (1, "198.51.100.7", "198.51.100.7"),
        (1, f"{CLAIMED}, 198.51.100.7", "198.51.100.7"),
        (1, f"{CLAIMED},{CLAIMED} ,198.51.100.7 ", "198.51.100.7"),
        (2, f"{CLAIMED}, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        (2, "198.51.100.7", DIRECT),
        (1, None, DIRECT),
        (1, "", DIRECT),
        (1, f"{CLAIMED},", DIRECT),
        (3, f"{CLAIMED}, 198.51.100.7", DIRECT),
    ],
)
def test_with_proxies_the_entry_that_the_outermost_of_them_wrote_is_taken(settings, proxies, way, told):
    assert address(settings, proxies, way) == told


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("198.51.100.7:4711", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("[2001:db8:1:2:3:4:5:6]", "2001:db8:1:2::"),
        ("[2001:db8:1:2:3:4:5:6]:4711", "2001:db8:1:2::"),
        ("2001:DB8:1:2::ffff", "2001:db8:1:2::"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("[::ffff:198.51.100.7]:1", "198.51.100.7"),
        ("fe80::1%eth0", "fe80::"),
        ("unknown", DIRECT),
        ("_hidden", DIRECT),
        ("198.51.100.7'--", DIRECT),
        ("[]:1", DIRECT),
        (":1", DIRECT),
        ("256.1.1.1", DIRECT),
        ("١٩٨.51.100.7", DIRECT),
        ("9" * 9_000, DIRECT),
        ("[" * 9_000, DIRECT),
        ("\x00", DIRECT),
    ],
)
def test_an_address_has_one_form_however_a_proxy_writes_it_and_nonsense_is_none(settings, written, read):
    assert address(settings, 1, written) == read


def test_many_addresses_of_one_connection_at_home_are_one(settings):
    told = {address(settings, 0, direct=f"2001:db8:1:2:{n:x}::{n:x}") for n in range(1, 50)}
    assert told == {"2001:db8:1:2::"}
    assert address(settings, 0, direct="2001:db8:1:3::1") == "2001:db8:1:3::"


def test_a_server_behind_a_socket_has_no_address_and_does_not_fail(settings):
    assert address(settings, 0, direct="") == address(settings, 1, way="nonsense", direct="unix:") == "unknown"
