"""The guide for officers names buttons, fields and pages as they are."""

import html
import re

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from pages.models import Alert, Page
from partners.models import ActionPlan
from sosafe_site.publishing.models import Document, Picture
from sosafe_site.publishing.revisions.history import keep
from tests import make
from tests.admin.test_editing import url
from tests.admin.test_first_page import make_draft

pytestmark = pytest.mark.django_db
GUIDE = "/admin/guide/"


def act(account, name):
    return reverse(f"admin:auth_user_{name}", args=[account.pk])


def named(page):
    """Each question with the words that it prints bold."""
    sections = re.findall(r'<section id="(\w+)">(.+?)</section>', page, re.DOTALL)
    return {name: [html.unescape(words) for words in re.findall(r"<b>(.+?)</b>", text)] for name, text in sections}


def offered(client, *paths):
    """What can be read or pressed on these pages."""
    return shown(*(client.get(path) for path in paths))


def shown(*responses):
    pages = " ".join(response.content.decode() for response in responses)
    values = re.findall(r'<input type="submit"[^>]* value="([^"]+)"', pages)
    return " ".join(html.unescape(f"{re.sub(r'<[^>]+>', ' ', pages)} {' '.join(values)}").split())


@pytest.fixture
def places(admin_client, admin_user):
    """The pages on which the steps of each question are done."""
    page, plan = make.make_page(), make.make_plan()
    action = make.make_action(priority=make.make_priority(plan=plan))
    group = make.make_group(every_count=4, every_unit="week")
    make.make_meeting(group=group)
    make_draft(make.make_page(), "draft")
    make.make_page(published_at=make.FAR_AHEAD)
    for words in ("Once.", "Twice."):
        keep(page, admin_user, words)
    form, home = page.get_edit_url(), "/admin/"
    editor = make.make_officer("Editor")
    invited = make.make_officer("Editor", email="anna@example.org")
    opened = make.make_officer("Editor", email="bert@example.org", password="seven-grey-herons-wait")
    Authenticator.objects.create(user=opened, type=Authenticator.Type.TOTP, data={})
    make.make_post(email=opened.email)
    strategy = make.make_strategy(published_at=None)
    shared = strategy.get_edit_url()
    admin_client.post(shared.replace("/change/", "/draft/"), {"_share": ""})
    dates = reverse("admin:meetings_group_dates", args=[group.pk])
    return {
        "page": [home, form, page.get_absolute_url()],
        "picture": [home, form, url(Picture, "add")],
        "campaign": [home, url(Page, "add")],
        "preview": [form],
        "draft": [form],
        "publish": [home, form],
        "later": [home, form],
        "progress": [home, action.priority.get_edit_url()],
        "next": [url(plan, "change"), reverse("admin:partners_actionplan_next", args=[plan.pk])],
        "unpublished": [shared, make.make_strategy(published_at=None).get_edit_url()],
        "known": [plan.get_edit_url()],
        "check": [home, form, reverse("admin:check")],
        "never": [home, reverse("admin:attention")],
        "number": [make.make_route().get_edit_url()],
        "longer": [plan.get_edit_url()],
        "dates": [home, dates, group.get_edit_url()],
        "document": [home, make.make_document().get_edit_url()],
        "back": [form, form.replace("/change/", "/history/")],
        "alert": [home, url(Alert, "add")],
        "address": [form, form.replace("/change/", "/address/")],
        "gone": [plan.get_edit_url()],
        "who": [home],
        "colleague": [act(invited, "link"), url(opened, "change")],
        "leaver": [act(opened, "close"), url(opened, "change")],
        "kept": [home],
    }, editor


def test_what_the_guide_names_is_there(client, admin_client, places):
    of_question, editor = places
    questions = named(admin_client.get(GUIDE).content.decode())
    assert questions.keys() == of_question.keys()
    client.force_login(editor)  # who has another button in the place of “Publish now”
    texts = {name: offered(admin_client, *paths) for name, paths in of_question.items()}
    texts["page"] += offered(client, *of_question["page"])
    looked_over = {"step": "paste", "text": "1 December 2999"}
    texts["dates"] += shown(admin_client.post(of_question["dates"][1], looked_over))
    make.make_alert()
    texts["alert"] += offered(admin_client, "/admin/")
    found = {(name, words): words in texts[name] for name, each in questions.items() for words in each}
    assert len(found) > 30
    assert [named for named, is_there in found.items() if not is_there] == []


def test_the_guide_is_one_click_away_everywhere_and_for_officers_only(client):
    assert "/login/" in client.get(GUIDE)["Location"]
    client.force_login(make.make_officer("Editor"))
    for path in ("/admin/", url(Page, "changelist"), url(Document, "add"), url(ActionPlan, "changelist")):
        assert f'<a href="{GUIDE}">How do I …?</a>' in client.get(path).content.decode()
    page = client.get(GUIDE).content.decode()
    assert re.findall(r'<li><a href="#(\w+)">', page) == list(named(page)), "each question is in its list"
    for link in re.findall(r'<a href="(/admin/[^"]*)"', page[page.index('class="guide"') :]):
        assert client.get(link).status_code == 200, link
