"""Odd requests, as scanners and attackers send them: none is answered by a fault of ours, all with every header."""

import random
import re
import sys
from collections import Counter
from io import BytesIO
from urllib.parse import urlencode

from tests.addresses import admin_addresses, public_addresses
from tests.content import fill
from tests.store import Reply, Site, in_the_tests_transaction
from tests.test_headers import faults_of

TOKEN = "a" * 32  # of forms
SEED, REQUESTS = 13, 800
NAMES = [
    *("on", "page", "q", "next", "about", "sent", "o", "e", "p", "all", "_popup", "_to_field", "_changelist_filters"),
    *("term", "app_label", "model_name", "field_name", "format", "kind", "id", "pk", "key", "state", "action", "index"),
    *(
        "username",
        "password",
        "login",
        "email",
        "csrfmiddlewaretoken",
        "kept",
        "title",
        "slug",
        "name",
        "title__iregex",
    ),
    *("published_at__gte", "a[]", "a[b]", "", "__proto__", "seen", "step", "_save", "_selected_action", "text", "html"),
]
VALUES = [
    *(
        "",
        "0",
        "-1",
        "1e309",
        "99999999999999999999",
        "NaN",
        "null",
        "true",
        "\0",
        "a\0b",
        "\uffff",
        "\ud7ff",
        "\u202e",
    ),
    *(
        "'",
        '"',
        "''",
        "\\",
        "%",
        "%00",
        "%ff%fe",
        "%c0%ae",
        "*",
        "(",
        "[",
        "a" * 5_000,
        "€" * 500,
        " " * 300,
        "\r\nX: y",
    ),
    *("' OR 1=1 --", '" OR ""="', "1; DROP TABLE auth_user", "NEAR(a b", "a AND", "^a*", "a:b", "-", "NOT", "{a b}"),
    *("2026-02-30", "0000-00-00", "10000-01-01", "0001-01-01", "2026-13-01", "2019-05-01T00:00", "٢٠٢٦-٠١-٠١", "today"),
    *("//evil.example", "https://evil.example/", "\\\\evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/e"),
    *("../../../etc/passwd", "..%2f..%2fetc", "file:///etc/passwd", "${7*7}", "{{7*7}}", "<script>", "]]>", "a=b&c=d"),
    *("00000000-0000-0000-0000-000000000000", "[]", "{}", '{"a": 1}', "1,2,3", "1.5", "-0", "+1", "１", "𝟙", "²"),
]
METHODS = ["GET"] * 12 + ["POST"] * 6 + ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get", "A B"]
HEADERS = {
    "HTTP_HOST": [
        "evil.example",
        "127.0.0.1:8000@evil.example",
        "127.0.0.1:99999",
        "[::1]",
        "a b",
        "",
        "127.0.0.1.",
        "\xff",
    ],
    "HTTP_COOKIE": [
        "sessionid=",
        "sessionid=x; sessionid=y",
        "csrftoken=\xff",
        "a",
        "=;=;",
        "sessionid=" + "a" * 9_000,
        ";" * 999,
    ],
    "HTTP_RANGE": ["bytes=0-0,1-1", "bytes=-", "bytes=9-1", "bytes=" + "9" * 50 + "-", "lines=1-2", "bytes=0-" * 99],
    "HTTP_IF_MODIFIED_SINCE": ["yesterday", "Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 99 Foo 99999 99:99:99 GMT", "\xff"],
    "HTTP_IF_NONE_MATCH": ["*", '"', "W/", ",,,", '"a", W/"b', "\xff"],
    "HTTP_ACCEPT": ["", "*", "text/html;q=x", "a/b," * 500, "\xff"],
    "HTTP_ACCEPT_ENCODING": ["", "br;q=9", "gzip;q=\xff", "identity;q=0", "," * 99],
    "HTTP_ACCEPT_LANGUAGE": ["x", "en;q=x", "a-" * 500, "../../x"],
    "HTTP_X_FORWARDED_FOR": ["127.0.0.1", "a, b", "", "\xff", "1.1.1.1," * 500, "::1"],
    "HTTP_X_FORWARDED_HOST": ["evil.example"],
    "HTTP_X_FORWARDED_PROTO": ["https", "ftp", ""],
    "HTTP_REFERER": ["https://evil.example/", "a", "http://[", "\xff", "javascript:1"],
    "HTTP_ORIGIN": ["null", "https://evil.example", "http://[", ""],
    "HTTP_SEC_FETCH_SITE": ["cross-site", "same-origin", "x"],
    "HTTP_X_HTTP_METHOD_OVERRIDE": ["DELETE"],
    "HTTP_X_REQUESTED_WITH": ["XMLHttpRequest"],
    "HTTP_USER_AGENT": ["", "() { :;}; echo", "a" * 5_000],
    "CONTENT_LENGTH": ["-1", "99999999", ""],  # what is no number, the server itself refuses
    "CONTENT_TYPE": [
        *(
            "application/json",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=\xff",
        ),
        *("text/plain; charset=nonsense", "application/x-www-form-urlencoded; charset=utf-7", "a/b/c", "\xff", ""),
    ],
}


class Attacker:
    """Makes up requests, always the same ones from the same seed."""

    def __init__(self, addresses, seed=SEED):
        self.addresses, self.chance = addresses, random.Random(seed)  # noqa: S311  # nothing secret

    def request(self):
        """What a server hands on of one: a method, a path as bytes, and the rest of its environment."""
        pick = self.chance.choice
        path, query = self.path(), self.parameters() if self.chance.random() < 0.7 else ""
        given = {name: pick(HEADERS[name]) for name in self.chance.sample([*HEADERS], self.chance.randint(0, 2))}
        method, body = pick(METHODS), b""
        if method in ("POST", "PUT", "PATCH"):
            body = self.body(given)
        return method, path, {"QUERY_STRING": query, "wsgi.input": BytesIO(body), **given}

    def path(self):
        path, odd = self.chance.choice(self.addresses), self.chance.choice(VALUES)
        change = self.chance.random()
        if change < 0.1:
            path = path.rstrip("/") + odd
        elif change < 0.2:
            parts = path.split("/")
            parts[self.chance.randrange(1, len(parts))] = odd
            path = "/".join(parts)
        elif change < 0.25:
            path = path.replace("/", self.chance.choice(["//", "/./", "/../", "\\"]))
        return path.encode("utf-8", "surrogatepass").decode("latin-1")  # as WSGI has it

    def pairs(self):
        some = [(self.chance.choice(NAMES), self.chance.choice(VALUES)) for _ in range(self.chance.randint(1, 4))]
        return [(name, value.encode("utf-8", "surrogatepass")) for name, value in some]

    def parameters(self):
        if self.chance.random() < 0.1:
            return self.chance.choice(
                ["%", "%ff=%fe", "&&&", "=", "a" * 4_000, "a&" * 1_500, "%00", ";", "?", "on=%ff"]
            )
        return urlencode(self.pairs())

    def body(self, given):
        """Mostly what passes as sent from a form of ours, so that it comes as far as a view."""
        if self.chance.random() < 0.2:
            body = self.chance.choice(
                [b"\0", b"\xff" * 99, b"--x\r\n", b"{", b"a=%ff&b", b"&" * 2_000, b"a=" + b"b" * 9_999]
            )
        else:
            body = urlencode([("csrfmiddlewaretoken", TOKEN), *self.pairs()]).encode()
            given.setdefault("HTTP_COOKIE", f"csrftoken={TOKEN}")
            given.setdefault("CONTENT_TYPE", "application/x-www-form-urlencoded")
        given.setdefault("CONTENT_LENGTH", str(len(body)))
        return body


def send(app, method, path, environ):
    """As a server would, without the looks of wsgiref's validator, which itself refuses much of this."""
    answered = []
    base = {"REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path, "REMOTE_ADDR": "127.0.0.1"}
    base |= {"SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1"}
    base |= {"HTTP_HOST": "127.0.0.1:8000", "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr}
    result = app({**base, **environ}, lambda status, headers, error=None: answered.extend((status, headers)))
    try:
        return Reply(*answered, b"".join(result))
    finally:
        getattr(result, "close", lambda: None)()


def test_no_odd_request_meets_a_fault_of_ours_and_each_is_answered_with_every_header(admin_client, admin_user, db):
    fill()
    attacker, app, faults, statuses = Attacker([*public_addresses(), *admin_addresses()]), Site().store, [], Counter()
    for number in range(REQUESTS):
        method, path, environ = attacker.request()
        if number % 5 < 3 and path.startswith("/admin/"):
            admin_client.force_login(admin_user)
            signed_in = f"sessionid={admin_client.cookies['sessionid'].value}"
            environ["HTTP_COOKIE"] = f"{environ.get('HTTP_COOKIE', '')}; {signed_in}"
        with in_the_tests_transaction():
            answer = send(app, method, path, environ)
        statuses[answer.status_code] += 1
        headers = {"X_Frame_Options": answer["X-Frame-Options"]} if answer["X-Frame-Options"] == "SAMEORIGIN" else {}
        if answer["Referrer-Policy"] == "no-referrer":  # stricter still, where an address itself is a secret
            headers["Referrer_Policy"] = "no-referrer"
        if path.startswith("/pictures/") and answer.status_code < 400:
            headers["Cross_Origin_Resource_Policy"] = "cross-origin"
        found = faults_of(answer, **headers)
        found += [answer.status] if answer.status_code >= 500 else []
        found += [f"splits {name}" for name, value in answer.headers.items() if re.search(r"[\r\n\0]", value)]
        found += ["tells of the code"] if b"Traceback" in answer.body else []
        faults += [(number, method, path[:200], environ, found)] if found else []
    assert faults == []
    assert min(statuses[code] for code in (200, 302, 400, 403, 404, 405)) > 5, "they reach all kinds of answers"
