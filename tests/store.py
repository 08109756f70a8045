"""The site with its store, as a server runs it: requests that go through the WSGI layer, and what comes out of it."""

import gzip
import sys
from contextlib import contextmanager
from io import BytesIO
from unittest.mock import patch
from wsgiref.validate import validator

import brotli
from django.core.handlers.wsgi import WSGIHandler
from django.db.backends.base.base import BaseDatabaseWrapper

from sosafe_site.page_store.store import Store

PLAINLY = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.status_code, self.headers, self.body = status, int(status.split()[0]), dict(headers), body

    def __getitem__(self, header):
        return self.headers[header]

    @property
    def content(self):
        return PLAINLY[self.headers.get("Content-Encoding", "")](self.body)

    @property
    def text(self):
        return self.content.decode()


class Counted(WSGIHandler):
    """Django, with a count of what it was asked for."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def __call__(self, environ, start_response):
        self.asked.append(environ["PATH_INFO"])
        return super().__call__(environ, start_response)


class Site:
    """A process of its own, as far as the store can tell: nothing in memory yet, the disk and the bell shared."""

    def __init__(self):
        self.django = Counted()
        self.store = Store(self.django)

    def get(self, path, method="GET", **environ):
        with in_the_tests_transaction():
            return ask(self.store, path, method, **environ)

    def fresh(self, path, **environ):
        """What Django alone says, which is always right."""
        with in_the_tests_transaction():
            return ask(WSGIHandler(), path, **environ)


@contextmanager
def in_the_tests_transaction():
    """The end of a request closes the connection, and with it would end what the test has written."""
    with patch.object(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda self: None):
        yield


def ask(app, path, method="GET", **environ):
    path, _, query = path.partition("?")
    given = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **environ,
    }
    answered = []
    result = validator(app)(given, lambda status, headers, error=None: answered.extend((status, headers)))
    try:
        body = b"".join(result)
    finally:
        result.close()
    return Reply(*answered, body)
