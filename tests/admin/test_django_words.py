"""What Django's admin says by itself, as officers read it: sosafe_site/locale."""

import gettext
import re
from pathlib import Path

import django
import pytest
from django.urls import reverse

from pages.models import SiteSettings
from sosafe_site.urls import admin  # once they are loaded, what is registered is complete
from tests import make
from tests.content import seed
from tests.tools import ROOT

OURS = ROOT / "sosafe_site" / "locale" / "en_GB" / "LC_MESSAGES"
ENTRY = re.compile(r'^(?:msgid|msgid_plural|msgstr(?:\[\d\])?) "(.*)"$', re.MULTILINE)
#: Of programs, not of people; and what tells an officer nothing
PROGRAMMERS = [
    "Select page to", "Start typing", "quality time", "iterations", "algorithm", "salt", "Toggle", " application ",
    "for an action", "Authentication", "authenticat", "Designates", "@/./+/-/_", "administration", "successfully",
    "0 selected", "Yes, I’m sure", "take me back", "Personal info", "his object", "for verification", "Users",
    "Add user",
]  # fmt: skip


def said(domain):
    """Each of Django's words with ours, from the file that people write."""
    written = OURS.joinpath(f"{domain}.po").read_text()
    return {word.replace('\\"', '"') for word in ENTRY.findall(written)} - {""}


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_the_file_that_is_read_says_what_the_file_that_people_write_says(domain):
    with OURS.joinpath(f"{domain}.mo").open("rb") as file:
        read = gettext.GNUTranslations(file)._catalog  # what it holds can't be asked for otherwise
    keys = {key[0] if isinstance(key, tuple) else key for key in read if key}
    strings = keys | {value for key, value in read.items() if key}
    assert strings
    assert strings <= said(domain)
    assert said(domain) - strings <= {"All %(total_count)s selected"}, "a plural is read by its singular"


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_every_one_of_djangos_words_that_has_ours_is_still_said_by_django(domain):
    theirs = "".join(
        file.read_text().replace('"\n"', "")
        for file in Path(django.__file__).parent.glob(f"contrib/*/locale/en/LC_MESSAGES/{domain}.po")
    )
    lines = OURS.joinpath(f"{domain}.po").read_text().splitlines()
    asked = [line for line in lines if line.startswith(("msgid ", "msgid_plural ")) and line != 'msgid ""']
    assert [line for line in asked if line not in theirs] == []


@pytest.mark.django_db
def test_no_page_of_the_admin_speaks_as_a_program_does(admin_client):
    seed()
    draft = make.make_page(published_at=None)
    kinds = [(f"admin:{model._meta.app_label}_{model._meta.model_name}", model) for model in admin.site._registry]
    addresses = ["/admin/", "/admin/password_change/", reverse("admin:pages_page_delete", args=[draft.pk])]
    addresses += [reverse("admin:auth_user_link", args=[make.make_officer("Editor").pk]), "/admin/pages/"]
    for name, model in kinds:
        addresses += [reverse(f"{name}_changelist"), reverse(f"{name}_add")]
        if (first := model._default_manager.first()) and model is not SiteSettings:
            addresses += [reverse(f"{name}_change", args=[first.pk]), reverse(f"{name}_history", args=[first.pk])]
    answers = {address: admin_client.get(address, follow=True) for address in addresses}
    answers["signed out"] = admin_client.post("/admin/logout/")
    answers["refused"] = admin_client.post("/admin/login/", {"login": "anna", "password": "wrong"})
    found = {
        (address, word)
        for address, answer in answers.items()
        if answer.status_code != 403
        for word in PROGRAMMERS
        if word in words_of(answer)
    }
    assert sorted(found) == []


def words_of(answer):
    """All that is shown or read out."""
    html = re.sub(r"(?s)<(script|style)\b.*?</\1>", "", answer.content.decode())
    read_out = re.findall(r'(?:title|placeholder|aria-label|alt)="([^"]*)"', html)
    buttons = re.findall(r'type="submit"[^>]*value="([^"]*)"', html)
    return " ".join([re.sub(r"<[^>]+>", " ", html), *read_out, *buttons])
