"""A link in an officer's text is judged when it is saved."""

import pytest
from django import forms
from django.contrib import admin

from pages.models import SiteSettings
from sosafe_site.publishing.admin.forms import LinkingForm
from sosafe_site.publishing.models.address import Address
from sosafe_site.publishing.text.field import RichTextFormField
from tests import make
from tests.admin.test_editing import data_of, save, url
from tests.publishing.test_addresses import rename, withdraw


def refused(client, record, **changes):
    """The form's page after an attempt to save that it refused."""
    address = url(record, "change")
    response = client.post(address, {**data_of(client.get(address)), **changes})
    assert response.status_code == 200
    return response


def shown(client, record):
    """The text in the box of its form."""
    return data_of(client.get(url(record, "change")))["body"]


def text(link):
    return f'<p>Words <a href="{link}">and a link</a></p>'


def test_a_link_to_what_was_withdrawn_is_refused_beside_its_field_with_what_to_link_to_instead(admin_client, db):
    instead = make.make_page(title="The right one", slug="instead")
    withdraw(make.make_page(title="The wrong one", slug="wrong"), replaced_by=Address.objects.of(instead).get())
    objective = make.make_objective(strategy=make.make_strategy(standing="proposed", ends_on=None))
    response = refused(admin_client, objective, body=text("/wrong/"))
    assert response.context["adminform"].form.errors["body"] == [
        "The link to /wrong/ leads to “The wrong one”, which was withdrawn. "
        "Link to /instead/ (“The right one”) instead."
    ]
    assert "and a link&lt;/a&gt;" in response.content.decode(), "what was typed is kept"
    objective.refresh_from_db()
    assert objective.body == ""


@pytest.mark.parametrize("link", ["/nothing/", "http://127.0.0.1:8000/nothing/#x"])
def test_a_link_to_a_page_that_never_was_is_refused(admin_client, db, link):
    response = refused(
        admin_client,
        make.make_objective(strategy=make.make_strategy(standing="proposed", ends_on=None)),
        body=text(link),
    )
    assert f"The link to {link} leads to nothing" in response.content.decode()


def test_a_link_to_what_was_erased_is_refused(admin_client, db):
    make.make_page(slug="erased").erase("A court ordered it.")
    response = refused(
        admin_client,
        make.make_objective(strategy=make.make_strategy(standing="proposed", ends_on=None)),
        body=text("/erased/"),
    )
    assert "leads to something that was erased for good." in response.content.decode()


def test_a_text_within_another_form_is_judged_too(admin_client, db):
    section = make.make_section(page=make.make_page())
    part = {"sections-0-body": text("/nothing/"), "sections-0-id": str(section.pk)}
    response = refused(admin_client, section.page, **part)
    assert "The link to /nothing/ leads to nothing" in response.content.decode()


def test_a_web_address_of_its_own_field_is_judged_too(admin_client, db):
    make.make_site()
    site = SiteSettings.objects.get()
    response = refused(admin_client, site, leave_url="http://127.0.0.1:8000/nothing/")
    assert "leave_url" in response.context["adminform"].form.errors


def test_a_link_to_a_former_address_is_put_right_and_the_officer_told(admin_client, db):
    rename(make.make_strategy(slug="old"), "new")
    objective = make.make_objective(strategy=make.make_strategy(standing="proposed", ends_on=None))
    old = "http://127.0.0.1:8000/strategy/old/?on=2019-05-01#part"
    save(admin_client, url(objective, "change"), body=text(old))
    assert "since that page has moved" in admin_client.get("/admin/").content.decode()
    assert shown(admin_client, objective) == text("/strategy/new/?on=2019-05-01#part")


def test_a_link_to_a_draft_is_saved_with_a_warning(admin_client, db):
    make.make_page(title="Not yet", slug="not-yet", published_at=None)
    objective = make.make_objective(
        title="Objective", strategy=make.make_strategy(standing="proposed", period_label="now", ends_on=None)
    )
    save(admin_client, url(objective, "change"), body=text("/not-yet/"))
    warning = "“Objective (now)”, Text: the link to /not-yet/ leads to “Not yet”, which is not public yet."
    assert warning in admin_client.get("/admin/").content.decode()
    assert shown(admin_client, objective) == text("/not-yet/")


def test_good_links_are_saved_without_a_word(admin_client, db):
    make.make_page(slug="good")
    links = ["/good/", "/strategy/#when", "https://www.example.org/", "mailto:a@example.org", "tel:101", "#part"]
    objective = make.make_objective(strategy=make.make_strategy(standing="proposed", ends_on=None))
    save(admin_client, url(objective, "change"), body="".join(text(link) for link in links))
    assert shown(admin_client, objective) == "".join(text(link) for link in links)
    assert "the link to" not in admin_client.get("/admin/").content.decode()


def test_an_older_text_whose_link_broke_since_does_not_stop_another_change(admin_client, db):
    page = make.make_page(slug="wrong")
    objective = make.make_objective(
        body=text("/wrong/"), strategy=make.make_strategy(standing="proposed", ends_on=None)
    )
    withdraw(page)
    save(admin_client, url(objective, "change"), title="A better title")
    objective.refresh_from_db()
    assert objective.title == "A better title"
    assert "the link to /wrong/ leads to" in admin_client.get("/admin/").content.decode()
    response = refused(admin_client, objective, body=text("/wrong/") + "<p>More.</p>")
    assert "which was withdrawn" in response.content.decode()


def test_every_form_with_a_text_that_can_link_judges_it(rf, admin_user, db):
    request = rf.get("/")
    request.user = admin_user
    made = []
    for model_admin in admin.site._registry.values():
        inlines = [inline.get_formset(request).form for inline in model_admin.get_inline_instances(request)]
        made += [model_admin.get_form(request), *inlines]
    linking = [
        form
        for form in made
        if any(isinstance(field, RichTextFormField | forms.URLField) for field in form.base_fields.values())
    ]
    assert len(linking) > 8
    assert [form for form in linking if not issubclass(form, LinkingForm)] == []
