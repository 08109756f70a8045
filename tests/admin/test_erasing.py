import re

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.urls import reverse

from pages.models import Page
from pages.models.page import BUILT_IN
from partners.models import Strategy
from sosafe_site.publishing.models import Document
from sosafe_site.publishing.models.address import Address
from tests import make
from tests.forms import Form
from tests.pages.test_seed_document import words


def erase_url(record):
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_erase", args=[record.pk])


def change_url(record):
    return erase_url(record).replace("/erase/", "/change/")


def erase(client, record, **typed):
    return client.post(erase_url(record), {"title": str(record), **typed}, follow=True)


def test_an_administrator_erases_text_file_and_history_and_the_address_says_why(
    admin_client, client, db, django_capture_on_commit_callbacks
):
    document = make.make_document(slug="plan", title="Xanadu", published_at=None)
    version = make.make_version(document=document)
    publish = {"action": "publish_now", "confirmed": "yes", "_selected_action": [str(document.pk)]}
    admin_client.post(reverse("admin:publishing_document_changelist"), publish)
    assert LogEntry.objects.filter(object_id=document.pk).exists()
    assert "Nobody can bring them back." in admin_client.get(erase_url(document)).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        response = erase(admin_client, document, reason="A court ordered it.")
    assert "is erased" in response.content.decode()
    assert not Document.objects.exists()
    assert not version.file.storage.exists(version.file.name)
    assert not LogEntry.objects.filter(object_id=document.pk).exists()
    [left] = LogEntry.objects.all()
    assert (left.user.username, left.content_type.model, left.is_deletion()) == ("admin", "document", True)
    assert left.get_change_message() == "Erased for good. Reason: A court ordered it."
    assert "Xanadu" not in f"{left.object_repr} {left}"
    for page in (reverse("admin:index"), reverse("admin:publishing_document_deleted")):
        told = admin_client.get(page).content.decode()
        assert "Erased for good. Reason: A court ordered it." in told
        assert "Xanadu" not in told
    for address in ("/documents/plan/", "/documents/plan/file/", "/documents/plan/v/1/file/"):
        gone = client.get(address)
        assert gone.status_code == 410
        assert "A court ordered it." in words(gone)
        assert "Xanadu" not in words(gone)


def test_erasing_needs_a_reason(admin_client, db):
    strategy = make.make_strategy()
    assert "Give the reason." in erase(admin_client, strategy, reason="  ").content.decode()
    assert Strategy.objects.exists()


@pytest.mark.parametrize(
    ("title", "is_right"),
    [("", False), ("Strategy", False), ("Other Strategy 2018 to 2021", False), ("The “Safer Town” 2018 to 2021", True),
     ("The “Safer Town”", True), ("  the  \"safer town\" 2018 to 2021 ", True)],
)  # fmt: skip
def test_erasing_asks_for_the_title_and_keeps_what_was_typed(admin_client, db, title, is_right):
    strategy = make.make_strategy(title="The “Safer Town”", is_period_confirmed=False)
    assert str(strategy) == "The “Safer Town” 2018 to 2021"
    shown = erase(admin_client, strategy, title=title, reason="The law.").content.decode()
    assert Strategy.objects.exists() is not is_right
    if not is_right:
        assert "Type its title as it stands here" in shown
        assert "The law.</textarea>" in shown


@pytest.mark.parametrize("slug", BUILT_IN)
def test_a_page_that_the_site_depends_on_is_not_erased_and_offers_no_way_to(admin_client, client, db, slug):
    page = Page.objects.filter(slug=slug).first() or make.make_page(slug=slug)
    assert erase_url(page) not in admin_client.get(change_url(page)).content.decode()
    for shown in (admin_client.get(erase_url(page)), erase(admin_client, page, reason="A slip.")):
        assert "The site depends on this page." in shown.content.decode()
    assert client.get(page.get_absolute_url()).status_code == 200
    with pytest.raises(ValidationError):
        page.erase("By a program.")


def test_erasing_stands_apart_from_history_and_is_done_once(admin_client, db):
    page = make.make_page()
    form = Form(admin_client, change_url(page))
    assert form.html.xpath("//ul[contains(@class, 'object-tools')]//a[contains(@href, '/history/')]")
    assert not form.html.xpath("//ul[contains(@class, 'object-tools')]//a[contains(@href, '/erase/')]")
    assert form.html.xpath("//p[@class='erase-link']/a[contains(@href, '/erase/')]")
    number = re.search(r'name="_number"\s+value="([^"]+)"', admin_client.get(erase_url(page)).content.decode())[1]
    for _ in range(2):
        assert erase(admin_client, page, reason="The law.", _number=number).status_code == 200
    assert LogEntry.objects.count() == 1


def test_what_others_need_is_not_erased_and_they_are_named(admin_client, db):
    strategy = make.make_strategy()
    objective = make.make_objective(strategy=strategy)
    plan = make.make_plan(strategy=strategy)
    page = erase(admin_client, strategy, reason="The law.").content.decode()
    assert f"since these belong to it: {plan}." in page
    assert "The law." in page, "what was typed is kept"
    assert list(strategy.objectives.all()) == [objective], "nothing was half erased"


def test_erasing_is_for_administrators_only(client, db):
    strategy = make.make_strategy()
    client.force_login(make.make_officer("Publisher"))
    assert client.get(erase_url(strategy)).status_code == 403
    assert erase(client, strategy, reason="Mischief.").status_code == 403
    assert Strategy.objects.exists()


def test_an_old_address_of_the_former_site_is_taken_in(admin_client, client, db):
    target = Address.objects.of(make.make_page(slug="here")).get()
    add = reverse("admin:publishing_address_add")
    assert admin_client.get(add).status_code == 200
    assert admin_client.post(add, {"path": "/old/page.aspx", "leads_to": target.pk}).status_code == 302
    assert client.get("/old/page.aspx")["Location"] == "/here/"
    refused = admin_client.post(add, {"path": "/strategy/", "leads_to": target.pk}).content.decode()
    assert "The site itself answers at /strategy/. Choose another." in refused
    looked_up = admin_client.get(reverse("admin:publishing_address_change", args=[target.pk]))
    assert "/here/" in looked_up.content.decode()


def test_the_history_of_the_plan_forgets_the_name_of_an_erased_priority(admin_client, db):
    priority = make.make_priority(title="Person X")
    LogEntry.objects.log_actions(
        user_id=User.objects.get().pk,
        queryset=[priority.plan],
        action_flag=CHANGE,
        change_message=[{"added": {"name": "priority", "object": str(priority)}}],
        single_object=True,
    )
    priority.erase("A court ordered it.")
    assert not LogEntry.objects.filter(change_message__contains="Person X").exists()


def test_the_files_of_a_deleted_draft_go_with_it(db, django_capture_on_commit_callbacks):
    version = make.make_version(document=make.make_document(published_at=None))
    with django_capture_on_commit_callbacks(execute=True):
        version.document.delete()
    assert not version.file.storage.exists(version.file.name)
