"""An S3 server on this machine."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from tests.tools import listen


class Server:
    def __init__(self) -> None:
        from sosafe_site.s3 import Bucket  # takes a second, which only those need who come here

        with listen() as free:
            self.port = free.getsockname()[1]
        self.start()
        self.url = f"s3+http://key:secret@127.0.0.1:{self.port}/sosafe-{secrets.token_hex(4)}"  # for STORAGE_URL
        self.bucket = Bucket(self.url)
        self.bucket.connection.create_bucket(Bucket=self.bucket.bucket_name)

    def start(self) -> None:
        from moto.server import ThreadedMotoServer  # takes two

        self.server = ThreadedMotoServer("127.0.0.1", self.port, verbose=False)
        self.server.start()

    def stop(self) -> None:
        """It keeps what it has, and can be started again."""
        self.server.stop()


@contextmanager
def server() -> Iterator[Server]:
    """With an empty bucket."""
    here = Server()
    try:
        yield here
    finally:
        here.stop()
