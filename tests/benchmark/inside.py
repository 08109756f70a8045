"""In a process of its own: the time that an application takes for an answer, without any server.

python -m tests.benchmark.inside sosafe_site.wsgi:application 200 / /documents/
"""

import json
import sys
import time
from importlib import import_module
from io import BytesIO


def environ(address: str) -> dict:
    path, _, query = address.partition("?")
    return {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "", "SERVER_PORT": "80",
        "SERVER_NAME": "127.0.0.1", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1",
        "HTTP_ACCEPT_ENCODING": "br, gzip", "wsgi.url_scheme": "http", "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": True,
        "wsgi.run_once": False, "wsgi.version": (1, 0),
    }  # fmt: skip


def ask(application, address: str) -> str:
    """The status of the answer, once it is read to its end."""
    statuses: list[str] = []
    answer = application(environ(address), lambda status, headers, *_: statuses.append(status))
    for _ in answer:
        pass
    if hasattr(answer, "close"):
        answer.close()
    return statuses[0]


def seconds(application, address: str, count: int) -> float:
    """Of the processor, for an answer. Raises RuntimeError when that is no success."""
    for _ in range(3):
        if (status := ask(application, address)) != "200 OK":
            raise RuntimeError(f"{address}: {status}")
    began = time.process_time()
    for _ in range(count):
        ask(application, address)
    return (time.process_time() - began) / count


if __name__ == "__main__":
    module, _, name = sys.argv[1].partition(":")
    application = getattr(import_module(module), name)
    print(json.dumps({address: seconds(application, address, int(sys.argv[2])) for address in sys.argv[3:]}))
