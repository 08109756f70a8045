"""What an officer is told about the files of a document."""

import html
import os
import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils.html import strip_tags

from pages.coherence import findings
from sosafe_site.periods import today
from sosafe_site.publishing.files import inspect
from sosafe_site.publishing.files.flaws import FLAWS
from tests import make
from tests.admin.test_editing import data_of, url
from tests.pages.test_seed_document import words
from tests.publishing.test_files import good_pdf


def upload(client, document, content, name="plan.pdf", button="_continue"):
    address = url(document, "change")
    file = SimpleUploadedFile(name, content)
    inline = {"versions-TOTAL_FORMS": 1, "versions-0-file": file, "versions-0-document": str(document.pk)}
    sent = {**data_of(client.get(address)), **inline, button: "yes"}
    page = client.post(address, sent, follow=True).content.decode()
    return " ".join(html.unescape(strip_tags(page)).split())


def test_a_pdf_that_shuts_readers_out_is_taken_and_the_officer_told_why_and_how_to_mend_it(admin_client, db):
    document = make.make_document(slug="plan")
    page = upload(admin_client, document, good_pdf(tags=False, language=""))
    assert "it has no tags, does not say which language it is in. Its form says how to mend that." in page
    for name in ("no-tags", "no-language"):
        assert f"It {FLAWS[name].what} {FLAWS[name].why} To mend it: {FLAWS[name].mend}" in page
    assert FLAWS["no-title"].why not in page
    page = upload(admin_client, document, good_pdf())
    assert "shuts readers out" not in page
    assert "It has a title, a language, tags and text." in page
    assert "Version 2: PDF" in page


@pytest.mark.parametrize("button", ["_continue", "_publish", "_draft", "_preview"])
def test_nobody_waits_for_a_file_to_be_read(admin_client, db, button, monkeypatch, tmp_path):
    """It is read once, before a transaction begins, which on SQLite keeps all others from saving."""
    outside, log, read = len(connection.atomic_blocks), tmp_path / "log", inspect.read

    def seen(file, extension):
        if file.name == "plan.pdf":  # not what is stored by now
            with log.open("a") as lines:  # it is read in a process of its own
                lines.write(f"{len(connection.atomic_blocks) - outside} {os.getpid() != ours}\n")
        return read(file, extension)

    document, ours = make.make_document(slug="plan"), os.getpid()
    monkeypatch.setattr(inspect, "read", seen)
    upload(admin_client, document, good_pdf(), button=button)
    assert log.read_text() == "0 True\n"


def test_a_file_may_have_any_name(admin_client, db):
    document = make.make_document(slug="plan")
    upload(admin_client, document, good_pdf(), name="n" * 180 + ".pdf")
    assert document.versions.get().extension == "pdf"


@time_machine.travel(datetime(2026, 5, 1, 12, tzinfo=UTC))
def test_a_new_file_dates_the_document(admin_client, client, db):
    document = make.make_document(slug="plan")
    upload(admin_client, document, good_pdf())
    assert "Last changed 1 May 2026." in words(client.get("/documents/plan/"))


def test_files_that_were_given_out_can_be_opened_from_the_form_but_not_changed(admin_client, db):
    document = make.make_document(slug="plan")
    version = make.make_version(document=document)
    page = admin_client.get(url(document, "change")).content.decode()
    assert 'href="/documents/plan/v/1/file/"' in page
    assert str(version.file.name) not in page, "that name is nobody's business"
    assert re.findall(r'type="file" name="(versions[^"]*[0-9][^"]*)"', page) == ["versions-0-file"], "for one more"
    assert 'accept=".pdf,.docx,' in page


def test_the_officers_list_names_the_published_documents_whose_newest_pdf_shuts_readers_out(db):
    mended, faulty = make.make_document(title="Mended"), make.make_document(title="Faulty")
    make.make_version(document=mended)
    make.make_version(document=mended, content=good_pdf())
    make.make_version(document=faulty, content=good_pdf(title=""))
    make.make_version(document=make.make_document(title="Draft", published_at=None))
    found = [finding for finding in findings(today()) if "shuts readers out" in finding.sentence]
    assert [(finding.sentence, finding.url) for finding in found] == [
        ("The PDF of “Faulty” shuts readers out: it has no title.", url(faulty, "change"))
    ]
