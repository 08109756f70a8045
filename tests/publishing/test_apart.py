"""Whatever an upload does to those who read it, it does to a process that ends with it."""

import os
import resource
import signal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from sosafe_site.publishing.files import apart
from sosafe_site.publishing.files.inspect import facts_of, read_ahead
from sosafe_site.publishing.files.pictures import made_from
from tests.publishing.hostile import action, image
from tests.publishing.test_files import good_pdf


def told(reader, upload=None):
    found = apart.apart(reader, upload or SimpleUploadedFile("a.pdf", b""))
    assert isinstance(found, ValidationError)
    return found.messages[0]


def fill_memory(upload):
    return bytearray(apart.MEMORY + 1)


def work_for_ever(upload):
    while True:
        pass


@pytest.mark.parametrize(
    "reader",
    [fill_memory, work_for_ever, lambda upload: os.kill(os.getpid(), signal.SIGKILL), lambda upload: os._exit(0)],
    ids=["memory", "time", "killed by the system", "an end without a word"],
)
def test_a_file_that_takes_too_much_or_ends_its_reader_is_refused(reader, monkeypatch):
    monkeypatch.setattr(apart, "SECONDS", 1)
    assert "more memory or time" in told(reader)


def test_a_reader_that_works_for_ever_is_ended_long_before_patience_is():
    limits = apart.apart(lambda upload: resource.getrlimit(resource.RLIMIT_CPU), SimpleUploadedFile("a.pdf", b""))
    assert limits == (apart.SECONDS, apart.SECONDS + 1)


def test_a_picture_that_fills_the_memory_is_refused(monkeypatch):
    monkeypatch.setattr(apart, "MEMORY", 1_000_000)
    # Made in far less memory than it takes in colour
    upload = SimpleUploadedFile("a.png", image("PNG", "L", (5000, 5000)))
    read_ahead([upload], made_from)
    assert "more memory or time" in upload.found.messages[0]


def test_what_is_found_and_why_a_file_is_refused_come_back_in_full(db):
    assert apart.apart(facts_of, SimpleUploadedFile("a.pdf", good_pdf())).pages == 1
    assert "There is a script in this PDF" in told(facts_of, SimpleUploadedFile("a.pdf", action(b"/S/JavaScript")))


def test_a_large_upload_is_read_from_its_beginning_afterwards(db):
    content = good_pdf()
    with TemporaryUploadedFile("a.pdf", "application/pdf", len(content), "") as upload:
        upload.write(content)
        upload.seek(0)
        read_ahead([upload])
        assert upload.found.pages == 1
        assert upload.read() == content
