"""Files that harm those who open them, or tell more than they show, sent through the forms that take files."""

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from sosafe_site.publishing import resubmit
from sosafe_site.publishing.files import inspect
from sosafe_site.publishing.files.inspect import read
from sosafe_site.publishing.files.receiving import LARGEST_FORM
from sosafe_site.publishing.files.refusals import REFUSALS
from sosafe_site.publishing.models import Document, DocumentVersion, Picture
from tests import make
from tests.admin.test_editing import url
from tests.forms import Form
from tests.publishing.hostile import DOCUMENTS, HONEST, PICTURES, pdf


def stored():
    return {path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()}


def sentence(reason):
    """With which it begins, up to what is of the one file; or the words themselves."""
    return REFUSALS.get(reason, reason).partition("{")[0].partition(". ")[0]


@pytest.mark.parametrize("what", DOCUMENTS)
def test_a_hostile_document_is_refused_with_the_cure_and_nothing_of_it_is_kept(admin_client, db, what):
    name, content, reason = DOCUMENTS[what]
    before, form = stored(), Form(admin_client, url(Document, "add"))
    form.type({"title": "The plan", "kind": "other", "slug": "the-plan"})
    response = form.press("_save", **{"versions-0-file": SimpleUploadedFile(name, content)})
    assert response.status_code == 200
    assert any(sentence(reason) in problem for problem in form.problems()), form.problems()
    assert form["title"] == "The plan"
    assert not DocumentVersion.objects.exists()
    assert stored() == before


@pytest.mark.parametrize("what", PICTURES)
def test_a_hostile_picture_is_refused_with_the_cure_and_nothing_of_it_is_kept(admin_client, db, what):
    name, content, reason = PICTURES[what]
    before, form = stored(), Form(admin_client, url(Picture, "add"))
    form.type({"title": "The quay", "alt": "Boats"})
    response = form.press("_save", image=SimpleUploadedFile(name, content))
    assert response.status_code == 200
    assert any(sentence(reason) in problem for problem in form.problems()), form.problems()
    assert form["title"] == "The quay"
    assert not Picture.objects.exists()
    assert stored() == before


@pytest.mark.parametrize("what", HONEST)
def test_an_honest_file_that_looks_alike_is_taken(what):
    name, content = HONEST[what]
    read(ContentFile(content, name=name), name.lower().rpartition(".")[2])


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"a": SimpleUploadedFile("a.pdf", b"x")}, "CONTENT_LENGTH": LARGEST_FORM + 1},
        {"data": {f"file-{number}": SimpleUploadedFile("a.pdf", b"x") for number in range(4)}},
    ],
    ids=["more than the disk may hold", "more files than a form has fields"],
)
def test_more_than_a_form_has_is_refused_before_it_is_read(admin_client, client, db, sent, monkeypatch):
    monkeypatch.setattr(resubmit, "read_ahead", lambda *args: pytest.fail("It is read."))
    assert admin_client.post(url(Document, "add"), **sent).status_code == 400
    assert client.post("/admin/login/", **sent).status_code == 400, "of a stranger, too"


def test_a_file_that_is_somewhat_too_large_comes_in_so_that_its_officer_is_told(admin_client, db, monkeypatch):
    monkeypatch.setattr(inspect, "LARGEST_FILE", 10)
    form = Form(admin_client, url(Document, "add"))
    form.type({"title": "The plan", "kind": "other", "slug": "the-plan"})
    form.press("_save", **{"versions-0-file": SimpleUploadedFile("a.pdf", pdf())})
    assert any("larger than 50 MB" in problem for problem in form.problems())
    assert form["title"] == "The plan"


@pytest.mark.parametrize(
    "name",
    [
        "a\r\nSet-Cookie: b=c.pdf",
        'a"; filename="b.exe.pdf',
        "\u202eexe.pdf",
        "../../etc/passwd.pdf",
        "n" * 5000 + ".PDF",
    ],
)
def test_what_the_name_of_a_file_says_reaches_neither_the_disk_nor_a_reader(client, db, name):
    document = make.make_document(slug="plan")
    version = make.make_version(document=document, name=name)
    assert str(version.file) == f"documents/{version.pk}.pdf"
    response = client.get("/documents/plan/file/")
    assert response["Content-Disposition"] == 'inline; filename="plan.pdf"'
    assert response["Content-Type"] == "application/pdf"
    response.close()
