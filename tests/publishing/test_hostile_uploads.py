"""Files that harm those who open them, or tell more than they show, sent through the forms that take files."""

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from sosafe_site.publishing.files.inspect import read
from sosafe_site.publishing.files.refusals import REFUSALS
from sosafe_site.publishing.models import Document, DocumentVersion, Picture
from tests.admin.test_editing import url
from tests.forms import Form
from tests.publishing.hostile import DOCUMENTS, HONEST, PICTURES


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
