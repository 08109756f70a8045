"""Alert, contact details and accessibility statement are drafted, previewed and published as everything else is."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry

from pages.models import AccessibilityStatement, Alert, SiteSettings
from sosafe_site.publishing.models import Readiness, Revision
from sosafe_site.publishing.revisions.schedule import publish_due
from tests import make
from tests.admin.test_editing import url
from tests.forms import Form

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
DAY = timedelta(days=1)
STEPS = ["_draft", "_preview", "_publish", "_schedule"]
# Of each: what makes it, a field with words, and where readers see them
KINDS = {
    "alert": (make.make_alert, "advice", "/"),
    "contact details": (make.make_site, "opening_hours", "/contact/"),
    "accessibility statement": (make.make_statement, "scope", "/accessibility/"),
}
each = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(autouse=True)
def _at_a_fixed_time():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _pages():
    make.make_page(slug="home")
    make.make_section(page=make.make_page(slug="contact"), shows="contact")
    make.make_section(page=make.make_page(slug="accessibility"), shows="accessibility")


def seen(client, address, **options):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", client.get(address, **options).content.decode())).split())


def said(response):
    return " ".join(str(message) for message in response.context["messages"])


@each
def test_each_form_has_the_steps_of_all_others(admin_client, client, kind):
    record = KINDS[kind][0]()
    buttons = Form(admin_client, url(record, "change")).form.xpath(".//*[@type='submit']/@name")
    assert {*buttons} >= {*STEPS}
    assert "_save" not in buttons
    client.force_login(make.make_officer("Editor"))
    buttons = Form(client, url(record, "change")).form.xpath(".//*[@type='submit']/@name")
    assert {*buttons} >= {"_draft", "_preview", "_ready"}
    assert {*buttons}.isdisjoint({"_save", "_publish", "_schedule"})


@each
def test_an_editor_drafts_and_a_publisher_publishes(client, kind):
    makes, field, address = KINDS[kind]
    record = makes()
    reader, officer = client, type(client)()
    officer.force_login(make.make_officer("Editor"))
    form = Form(officer, url(record, "change"))
    assert form.press("_ready", **{field: "Quite new words."}).status_code == 302
    assert Form(officer, url(record, "change"))[field] == "Quite new words."
    assert "Quite new words." not in seen(reader, address)
    assert "Quite new words." in seen(
        officer, officer.post(form.address, {**form.fields, field: "Quite new words.", "_preview": ""})["Location"]
    )
    assert "Quite new words." not in seen(reader, address), "a preview leaves nothing"
    officer.force_login(make.make_officer("Publisher"))
    assert f'href="{url(record, "change")}"' in officer.get("/admin/").content.decode(), "among the drafts"
    Form(officer, url(record, "change")).press("_publish")
    assert "Quite new words." in seen(reader, address)
    assert "“Quite new words”" in LogEntry.objects.latest("pk").get_change_message()


@each
def test_a_draft_is_published_at_its_moment_and_history_tells_in_words_what_changed(admin_client, client, kind):
    makes, field, address = KINDS[kind]
    record = makes()
    form = Form(admin_client, url(record, "change"))
    form.press("_schedule", publish_at="2026-11-25T09:00", **{field: "Quite new words"})
    assert "Quite new words" not in seen(client, address)
    with time_machine.travel(NOW + DAY, tick=False):
        assert "Quite new words" in seen(client, address)
        record.refresh_from_db()
        assert f"{record.updated_on}" == "2026-11-25"
        history = seen(admin_client, url(record, "change").replace("/change/", "/history/"))
        assert "Quite new words" in history


@each
def test_what_a_colleague_published_meanwhile_is_told_before_a_draft_takes_its_place(admin_client, kind):
    makes, field, _ = KINDS[kind]
    record = makes()
    Form(admin_client, url(record, "change")).press("_draft", **{field: "Of the draft"})
    setattr(record, field, "Of a colleague")
    record.save()
    assert "Of a colleague" in seen(admin_client, url(record, "change"))
    assert "Of the draft" in seen(admin_client, url(record, "change"))


@pytest.mark.parametrize("kind", ["contact details", "accessibility statement"])
def test_what_there_is_one_of_is_found_at_its_former_address_and_stays_public(admin_client, kind):
    record = KINDS[kind][0]()
    model = type(record)
    assert admin_client.get(url(model, "changelist"))["Location"] == url(record, "change")
    former = f"/admin/pages/{model._meta.model_name}/1/change/"
    assert Form(admin_client, former).press("_draft", internal_notes="Typed there.").status_code == 302
    assert Revision.objects.open().of(record).exists()
    page = admin_client.get(url(record, "change")).content.decode()
    assert "Erase…" not in page
    assert "withdrawn_at" not in page
    assert admin_client.post(url(record, "change").replace("/change/", "/delete/"), {"post": "yes"}).status_code == 403


def test_without_a_record_its_form_begins_one(admin_client):
    for model in (SiteSettings, AccessibilityStatement):
        assert admin_client.get(url(model, "changelist"), follow=True).status_code == 200
        assert model.objects.get().is_published


def test_a_draft_of_the_name_is_remembered_nowhere(
    admin_client, client, django_capture_on_commit_callbacks, monkeypatch
):
    monkeypatch.setattr(SiteSettings, "last_names", None)
    record = make.make_site(name="SoSafe")
    with django_capture_on_commit_callbacks(execute=True):
        form = Form(admin_client, url(record, "change"))
        form.press("_draft", name="Xanadu")
        link = form.press("_preview", name="Xanadu")["Location"]
        assert "Xanadu" in seen(admin_client, link)
    assert "Xanadu" not in seen(client, "/nothing-here/")
    assert "Xanadu: editing" not in seen(admin_client, "/admin/")
    assert SiteSettings.last_names.name == "SoSafe"


def test_who_gets_readers_messages_is_for_administrators(client):
    record = make.make_site(mailbox="team@example.org")
    for role in ("Editor", "Publisher", "Administrator"):
        client.force_login(make.make_officer(role))
        assert ("mailbox" in Form(client, url(record, "change")).fields) is (role == "Administrator")
    client.force_login(make.make_officer("Publisher"))
    form = Form(client, url(record, "change"))
    client.post(form.address, {**form.fields, "mailbox": "mine@example.org", "_publish": ""})
    record.refresh_from_db()
    assert record.mailbox == "team@example.org"


# Alerts


def new_alert(client, button, **typed):
    return Form(client, url(Alert, "add")).press(button, **{"title": "a gas leak", "advice": "Keep away.", **typed})


def test_a_new_alert_that_is_a_draft_shows_nowhere_but_in_its_preview(admin_client, client):
    assert new_alert(admin_client, "_draft").status_code == 302
    alert = Alert.objects.get()
    assert alert.state == "Draft"
    assert "gas leak" not in seen(client, "/")
    preview = Form(admin_client, url(alert, "change")).press(
        "_preview", starts_at="2026-12-24T09:00", ends_at="2026-12-25T09:00"
    )
    assert "Urgent: a gas leak" in seen(admin_client, preview["Location"]), "whenever it shows"
    assert "gas leak" not in seen(client, "/")
    assert Form(admin_client, url(alert, "change")).press("_publish").status_code == 302
    assert "Urgent: a gas leak" in seen(client, "/")


def test_a_preview_shows_its_own_alert_though_another_is_public(admin_client):
    make.make_alert(title="a fire")
    shown = seen(admin_client, new_alert(admin_client, "_preview")["Location"])
    assert "Urgent: a gas leak" in shown
    assert "a fire" not in shown


@pytest.mark.parametrize("button", ["_publish", "_schedule"])
@pytest.mark.parametrize("other", ["public", "waiting for its moment"])
def test_an_alert_is_drafted_beside_another_and_not_published_at_the_same_time(admin_client, button, other):
    is_public = other == "public"
    first = make.make_alert(title="a fire", published_at=make.LONG_AGO if is_public else None)
    if not is_public:
        place = {"model": "pages.alert", "record": first.pk}
        make.make(Readiness, **place, publish_at=NOW + DAY / 2)
    assert new_alert(admin_client, "_draft").status_code == 302
    alert = Alert.objects.exclude(pk=first.pk).get()
    form = Form(admin_client, url(alert, "change"))
    assert form.press(button, publish_at="2026-11-24T14:00", advice="Typed.").status_code == 200
    assert form.problems() == [
        "“a fire” shows during that time, and only one alert can show at once. End that one first."
    ]
    assert form["advice"] == "Typed."
    alert.refresh_from_db()
    assert alert.published_at is None
    first.delete() if not is_public else first.end()
    assert form.press(button, publish_at="2026-11-24T14:00").status_code == 302


def test_a_wrong_alert_is_followed_by_the_right_one_within_its_minute(admin_client):
    for second, title in ((5, "a leak"), (25, "a gas leak")):
        with time_machine.travel(NOW.replace(second=second), tick=False):
            assert new_alert(admin_client, "_publish", title=title).status_code == 302
            assert Alert.objects.live().get().title == title
        with time_machine.travel(NOW.replace(second=second + 15), tick=False):
            Alert.objects.live().get().end()
            assert not Alert.objects.live().exists()


def test_an_alert_that_can_not_show_at_its_moment_is_kept_and_the_officers_are_told(admin_client):
    new_alert(admin_client, "_schedule", publish_at="2026-11-24T14:00")
    alert = Alert.objects.get()
    make.make_alert(title="a fire", starts_at=NOW, ends_at=NOW + DAY, published_at=None)
    Alert.objects.filter(title="a fire").update(published_at=NOW)
    with time_machine.travel(NOW + DAY / 4, tick=False):
        publish_due()
        alert.refresh_from_db()
        assert alert.published_at is None
        assert "“a fire” shows during that time" in seen(admin_client, "/admin/")


def test_notes_for_officers_are_no_news_of_an_alert(admin_client, client):
    alert = make.make_alert(updated_at=NOW - DAY)
    Form(admin_client, url(alert, "change")).press("_publish", internal_notes="Rang the fire service.")
    assert "on 23 November 2026" in seen(client, "/")
    Form(admin_client, url(alert, "change")).press("_publish", advice="Come back home.")
    assert "on 24 November 2026" in seen(client, "/")


def test_an_alert_that_was_public_stays_among_the_alerts_and_a_draft_can_go(admin_client):
    for published_at, status in ((make.LONG_AGO, 403), (None, 302)):
        alert = make.make_alert(published_at=published_at)
        address = url(alert, "change").replace("/change/", "/delete/")
        assert admin_client.post(address, {"post": "yes"}).status_code == status


def test_a_published_alert_says_when_it_begins_to_show_or_that_its_time_is_over(admin_client):
    for days, words in ((3, "It begins to show on 27 November 2026 at 12:30."), (-3, "so it does not show")):
        starts, ends = (f"{NOW + days * DAY + n * DAY:%Y-%m-%dT%H:%M}" for n in (0, 1))
        new_alert(admin_client, "_publish", starts_at=starts, ends_at=ends)
        told = seen(admin_client, url(Alert.objects.latest("updated_at"), "change"))
        assert words in told
        assert "See it on the site" not in told


def test_nobody_is_asked_to_check_an_alert(admin_client):
    alert = make.make_alert(title="a fire", starts_at=NOW - DAY, ends_at=NOW - DAY / 2)
    assert "a fire" not in seen(admin_client, "/admin/check/")
    assert "Checked, all is right" not in seen(admin_client, url(alert, "change"))


# What has no drafts


def test_what_readers_see_changed_at_once_says_so_and_what_they_never_see_is_saved(admin_client):
    page = make.make_page()
    for record in (make.make_note(page), make.make_series()):
        form = admin_client.get(url(record, "change")).content.decode()
        assert ">Publish now</button>" in form
        assert "readers see it where it is shown, at once" in form
        assert 'value="Save' not in form
    for record in (make.make_post(), make.make_officer("Editor")):
        form = admin_client.get(url(record, "change")).content.decode()
        assert 'value="Save"' in form
        assert "Publish now" not in form


def test_a_draft_of_what_has_no_name_is_not_called_by_what_only_officers_read(admin_client):
    record = make.make_statement(internal_notes="From the file of 2025.")
    Form(admin_client, url(record, "change")).press("_draft", scope="This website only.")
    told = seen(admin_client, "/admin/")
    assert "accessibility statement: changed" in told
    assert "From the file of 2025." not in told
