"""Each act of an officer that matters is one entry of the audit log, written with it or not at all."""

from datetime import UTC, datetime

import lxml.html
import pytest
import time_machine
from django.contrib.auth.models import Group as Role
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pages.admin_site.audit import GROUPS
from pages.models import Alert
from sosafe_site.publishing.models import AuditEntry
from sosafe_site.publishing.models.audit import audit, session_of
from sosafe_site.publishing.revisions.publish import BY_ITSELF
from sosafe_site.publishing.revisions.schedule import publish_due
from tests import make
from tests.admin.test_editing import data_of, save, url
from tests.forms import Form

pytestmark = pytest.mark.django_db
Kind = AuditEntry.Kind


def at(record, action):
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_{action}", args=[record.pk])


@pytest.fixture
def officer():
    return make.make_officer("Administrator")


@pytest.fixture
def desk(officer):
    """A client at which that officer has signed in, before anything else is noted."""
    desk = Client()
    desk.force_login(officer)
    desk.session_noted = session_of(desk.get("/admin/guide/").wsgi_request)
    return desk


def since_sign_in():
    return [entry for entry in reversed(AuditEntry.objects.all()) if entry.kind != Kind.SIGNED_IN]


def the_only(kind, *, by, desk, record=None):
    [entry] = since_sign_in()
    assert (entry.kind, entry.account, entry.session) == (kind, by.pk, desk.session_noted)
    assert (entry.model, entry.record) == ((record._meta.label_lower, str(record.pk)) if record else ("", ""))
    return entry


def test_publishing_for_the_first_time_is_an_entry(desk, officer):
    page = make.make_page(title="Street meets", published_at=None)
    Form(desk, url(page, "change")).press("_publish")
    assert the_only(Kind.PUBLISHED, by=officer, desk=desk, record=page).words == ""


def test_changing_what_is_public_is_an_entry_that_names_fields_alone(desk, officer):
    page = make.make_page(title="Street meets", lead="Once a month.")
    Form(desk, url(page, "change")).press("_publish", title="Street meetings", lead="Each week.")
    entry = the_only(Kind.PUBLISHED, by=officer, desk=desk, record=page)
    assert entry.words == "Title, Opening"


def test_what_readers_see_nothing_of_is_no_entry(desk, officer):
    page, draft = make.make_page(), make.make_page(published_at=None)
    Form(desk, url(page, "change")).press("_draft", title="Another")
    Form(desk, url(page, "change")).press("_preview", title="Another still")
    Form(desk, url(draft, "change")).press("_ready", title="Another")
    assert since_sign_in() == []


def test_withdrawing_is_an_entry_and_so_is_taking_back_to_draft(desk, officer):
    page, unseen = make.make_page(), make.make_alert()
    Form(desk, url(page, "change")).press(
        "_publish", withdrawn_at="2026-01-01T10:00", withdrawal_reason="It named a person."
    )
    assert (
        the_only(Kind.WITHDRAWN, by=officer, desk=desk, record=page).words == "Withdrawn from, Reason for withdrawing"
    )
    data = {"action": "make_draft", "_selected_action": [unseen.pk], "confirmed": "1"}
    assert desk.post(url(Alert, "changelist"), data).status_code == 302
    entry = since_sign_in()[-1]
    assert (entry.kind, entry.record, entry.session) == (Kind.TAKEN_BACK, str(unseen.pk), desk.session_noted)


def test_what_appears_by_itself_is_noted_of_whoever_set_it_with_no_session(desk, officer):
    page = make.make_page(published_at=None)
    with time_machine.travel(datetime(2026, 6, 1, 9, tzinfo=UTC)):
        desk.force_login(officer)
        Form(desk, url(page, "change")).press("_schedule", publish_at="2026-06-02T02:00")
    with time_machine.travel(datetime(2026, 6, 2, 9, tzinfo=UTC), tick=False):
        assert publish_due() == 1
    scheduled, published = since_sign_in()
    assert (scheduled.kind, scheduled.account, scheduled.record) == (Kind.SCHEDULED, officer.pk, str(page.pk))
    assert "2 June 2026" in scheduled.words
    assert (published.kind, published.account, published.session) == (Kind.PUBLISHED, officer.pk, "")
    assert published.words == BY_ITSELF
    assert published.at == datetime(2026, 6, 2, 9, tzinfo=UTC), "when it was done, not when it was due"


def test_an_erasure_leaves_who_when_why_and_no_word_of_the_record_in_the_whole_log(desk, officer):
    page = make.make_page(title="Xylophone Zebedee", slug="zebedee")
    Form(desk, url(page, "change")).press("_publish", title="Xylophone Zebedees")
    Form(desk, url(page, "change")).press("_draft", title="Zebedee once more")
    desk.post(at(page, "draft"), {"_share": "1"})
    desk.post(at(page, "address"), {"slug": "zebedee-two", "seen": "zebedee-two"})
    desk.post(at(page, "address"), {"path": "/zebedee-three/"})
    desk.get(reverse("admin:pages_page_sheet"), {"q": "Zebedee"})
    answer = desk.post(at(page, "erase"), {"title": "Xylophone Zebedees", "reason": "A person asked."})
    assert answer.status_code == 302
    *earlier, erased = since_sign_in()
    kinds = [Kind.PUBLISHED, Kind.SHARED, Kind.PUBLISHED, Kind.PUBLISHED, Kind.EXPORTED]
    assert [entry.kind for entry in earlier] == kinds
    assert (erased.kind, erased.account, erased.session) == (Kind.ERASED, officer.pk, desk.session_noted)
    assert erased.words == "A person asked."
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM publishing_auditentry")
        assert "zebedee" not in str(cursor.fetchall()).lower()


def test_a_settings_form_is_an_entry_of_its_own_kind(desk, officer):
    site, post = make.make_site(), make.make_post()
    Form(desk, url(site, "change")).press("_publish", mailbox="readers@example.org")
    assert the_only(Kind.SETTINGS, by=officer, desk=desk, record=site).words == "Mailbox for messages from the website"
    save(desk, url(post, "change"), email="other@example.org")
    save(desk, url(type(post), "add"), title="Another post", email="another@example.org")
    of_posts = since_sign_in()[1:]
    assert [(entry.kind, entry.words) for entry in of_posts] == [(Kind.SETTINGS, ""), (Kind.SETTINGS, "New")]


def test_what_shows_at_once_is_an_entry_when_it_is_saved_and_when_it_is_deleted(desk, officer):
    term = make.make_term()
    save(desk, url(term, "change"), meaning="Another meaning.")
    the_only(Kind.PUBLISHED, by=officer, desk=desk, record=term)
    desk.post(at(term, "delete"), {"post": "yes"})
    deleted = since_sign_in()[-1]
    assert (deleted.kind, deleted.record, deleted.session) == (Kind.DELETED, str(term.pk), desk.session_noted)


def test_an_alert_that_is_taken_down_is_an_entry(desk, officer):
    alert = make.make_alert()
    assert Alert.objects.live().exists()
    desk.post(reverse("admin:pages_alert_take_down", args=[alert.pk]))
    the_only(Kind.TAKEN_DOWN, by=officer, desk=desk, record=alert)


def test_an_export_is_an_entry_that_says_which_list_and_how_many_rows(desk, officer):
    for _ in range(3):
        make.make_page()
    desk.get(reverse("admin:pages_page_sheet"))
    assert the_only(Kind.EXPORTED, by=officer, desk=desk).words == "Pages: 3"


def test_what_was_refused_is_an_entry(desk):
    editor = make.make_officer("Editor")
    desk = Client()
    desk.force_login(editor)
    desk.session_noted = session_of(desk.get("/admin/guide/").wsgi_request)
    page = make.make_page()
    assert desk.post(at(page, "erase"), {}).status_code == 403
    assert the_only(Kind.REFUSED, by=editor, desk=desk).words == at(page, "erase")


def test_what_is_done_to_an_account_names_roles_and_fields_and_nobody(desk, officer):
    colleague = make.make_officer("Editor", first_name="Zebedee")
    publisher = Role.objects.get(name="Publisher")
    save(desk, url(colleague, "change"), groups=[publisher.pk], email="zebedee@example.org")
    entries = since_sign_in()
    assert [(entry.kind, entry.words) for entry in entries] == [
        (Kind.ROLE_CHANGED, "Editor → Publisher"),
        (Kind.ACCOUNT_CHANGED, "E-mail address"),
    ]
    assert {(entry.account, entry.model, entry.record) for entry in entries} == {
        (officer.pk, "auth.user", str(colleague.pk))
    }


def test_whoever_runs_the_site_is_noted_too():
    call_command("make_officer", "zebedee")
    call_command("make_officer", "zebedee", role="Editor")
    number = str(User.objects.get(username="zebedee").pk)
    assert [(entry.kind, entry.account, entry.record) for entry in reversed(AuditEntry.objects.all())] == [
        (Kind.ACCOUNT_MADE, None, number),
        (Kind.ROLE_CHANGED, None, number),
        (Kind.ACCOUNT_CHANGED, None, number),
    ]


def no_more_entries(monkeypatch):
    """A fault after which the transaction of the test still stands, so that only the act's own takes the act back."""

    def fails(*args, **kwargs):
        raise OSError("The disk is full.")

    monkeypatch.setattr(type(AuditEntry.objects), "create", fails)


@pytest.mark.parametrize("act", ["publish", "erase", "delete", "role", "take down", "export"])
def test_there_is_no_act_without_its_entry(desk, officer, act, monkeypatch):
    page, term, alert = make.make_page(title="Old"), make.make_term(), make.make_alert()
    colleague = make.make_officer("Editor")
    form = Form(desk, url(page, "change"))
    roles = {**data_of(desk.get(url(colleague, "change"))), "groups": [Role.objects.get(name="Administrator").pk]}
    no_more_entries(monkeypatch)
    acts = {
        "publish": lambda: form.press("_publish", title="New"),
        "erase": lambda: desk.post(at(page, "erase"), {"title": "Old", "reason": "Asked."}),
        "delete": lambda: desk.post(at(term, "delete"), {"post": "yes"}),
        "role": lambda: desk.post(url(colleague, "change"), roles),
        "take down": lambda: desk.post(reverse("admin:pages_alert_take_down", args=[alert.pk])),
        "export": lambda: desk.get(reverse("admin:pages_page_sheet")),
    }
    desk.raise_request_exception = False
    answer = acts[act]()
    assert "attachment" not in answer.headers.get("Content-Disposition", "")
    page.refresh_from_db()
    term.refresh_from_db()
    assert page.title == "Old"
    assert Alert.objects.live().exists()
    assert [role.name for role in colleague.groups.all()] == ["Editor"]


def test_there_is_no_entry_without_its_act(desk, monkeypatch):
    page = make.make_page(title="Old")
    form = Form(desk, url(page, "change"))

    def fails(*args, **kwargs):
        raise DatabaseError("The disk is full.")

    monkeypatch.setattr("pages.models.Page.touch", fails)
    desk.raise_request_exception = False
    assert form.press("_publish", title="New").status_code >= 400
    assert since_sign_in() == []


def test_a_save_costs_one_query_more(desk):
    page = make.make_page(title="Old")
    form = Form(desk, url(page, "change"))
    with CaptureQueriesContext(connection) as noted:
        form.press("_publish", title="New")
    assert sum("publishing_auditentry" in query["sql"] for query in noted.captured_queries) == 1


def log_at(desk, **asked):
    return desk.get(reverse("admin:publishing_auditentry_changelist"), asked)


def rows_of(response):
    return [
        " ".join(row.text_content().split()) for row in html_of(response).xpath("//table[@id='result_list']/tbody/tr")
    ]


def html_of(response):
    return lxml.html.fromstring(response.content.decode())


@pytest.mark.parametrize("role", ["Editor", "Publisher"])
def test_only_administrators_read_the_log(client, role):
    audit(Kind.ERASED, by=None, words="Zebedee asked.")
    entry = AuditEntry.objects.get()
    client.force_login(make.make_officer(role))
    for address in (
        reverse("admin:publishing_auditentry_changelist"),
        reverse("admin:publishing_auditentry_sheet"),
        reverse("admin:publishing_auditentry_change", args=[entry.pk]),
        reverse("admin:publishing_auditentry_history", args=[entry.pk]),
    ):
        answer = client.get(address)
        assert answer.status_code == 403, address
        assert b"Zebedee" not in answer.content
    for address in (reverse("admin:app_list", args=["publishing"]), "/admin/", "/admin/guide/"):
        assert reverse("admin:publishing_auditentry_changelist").encode() not in client.get(address).content


def test_no_role_adds_changes_or_deletes_an_entry_by_any_address(desk):
    superuser = User.objects.create_superuser("root")
    audit(Kind.ERASED, by=None, words="Zebedee asked.")
    entry = AuditEntry.objects.get(kind=Kind.ERASED)
    before = AuditEntry.objects.filter(pk=entry.pk).values().get()
    for officer in (desk, Client()):
        if officer is not desk:
            officer.force_login(superuser)
        sent = {"words": "Another", "kind": "published", "post": "yes"}
        for action in ("change", "delete"):
            assert officer.post(at(entry, action), sent).status_code == 403
        assert officer.post(url(AuditEntry, "add"), sent).status_code == 403
        chosen = {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"}
        officer.post(url(AuditEntry, "changelist"), chosen)
    assert AuditEntry.objects.filter(pk=entry.pk).values().get() == before


def test_the_log_tells_who_what_and_of_what_in_words_and_links(desk, officer):
    User.objects.filter(pk=officer.pk).update(first_name="Zoe", last_name="Zebedee")
    page = make.make_page(title="Street meets")
    Form(desk, url(page, "change")).press("_publish", lead="Each week.")
    first, *_ = rows_of(response := log_at(desk))
    for words in ("Zoe Zebedee", "Published", "Street meets", "Opening", desk.session_noted):
        assert words in first
    assert html_of(response).xpath(f"//tbody//a[@href='{url(page, 'change')}']")


def test_who_left_and_what_is_gone_is_no_fault(desk):
    leaver, page = make.make_officer(), make.make_page()
    audit(Kind.PUBLISHED, by=leaver, record=page)
    AuditEntry.objects.create(kind="long-gone", at=datetime.now(UTC), model="pages.longgone", record="7", words="")
    page.erase("Asked.")
    leaver.delete()
    old, row, *_ = rows_of(log_at(desk))
    assert "Page that is gone" in row
    assert "which is gone" in row
    assert "Something that is gone" in old


def test_the_log_is_asked_for_words_names_titles_kinds_officers_days_and_sessions(desk, officer):
    page = make.make_page(title="Street meets")
    with time_machine.travel(datetime(2026, 3, 28, 12, tzinfo=UTC), tick=False):
        audit(Kind.SIGN_IN_FAILED, by=None)
    with time_machine.travel(datetime(2026, 3, 29, 22, 59, tzinfo=UTC), tick=False):  # in London it is one hour later
        audit(Kind.EXPORTED, by=officer, words="Pages: 3")
    Form(desk, url(page, "change")).press("_publish", lead="Each week.")

    def found(**asked):
        return [entry.kind for entry in log_at(desk, **asked).context["cl"].result_list]

    everything = [Kind.PUBLISHED, Kind.EXPORTED, Kind.SIGN_IN_FAILED, Kind.SIGNED_IN]
    assert found() == everything
    assert found(q="Pages") == [Kind.EXPORTED]
    assert found(q="street MEETS") == [Kind.PUBLISHED]
    assert found(q="street Pages") == []
    assert found(q="exported list") == [Kind.EXPORTED]
    assert found(q=officer.username, kind="exported") == [Kind.EXPORTED]
    assert found(q=str(page.pk)) == [Kind.PUBLISHED]
    assert found(kind="published") == [Kind.PUBLISHED]
    assert found(officer=officer.pk, kind="exported") == [Kind.EXPORTED]
    assert found(officer="0") == [Kind.SIGN_IN_FAILED]
    assert found(since="2026-03-28", until="2026-03-28") == [Kind.SIGN_IN_FAILED]
    assert found(since="2026-03-29", until="2026-03-29") == [Kind.EXPORTED]
    assert found(since="2026-03-30", kind="exported") == []
    assert found(session=desk.session_noted) == [Kind.PUBLISHED, Kind.SIGNED_IN]
    assert found(since="nonsense") == everything
    assert "There is no such day" in log_at(desk, since="nonsense").content.decode()
    assert "Nothing in the log is like that" in log_at(desk, q="nonsense").content.decode()


ODD = ["'", '"', "%", "\\", "%00", "\x00", "]]>", "' OR 1=1 --", "a" * 3000, "--", "é", "❤", "9" * 40]


def test_no_question_to_the_log_is_a_fault_of_the_site(desk):
    for odd in ODD:
        for names in (["q", "p", "o"], ["kind", "officer", "since", "until", "session"], ["words__regex"]):
            assert log_at(desk, **dict.fromkeys(names, odd)).status_code < 500, odd
        assert desk.get(reverse("admin:publishing_auditentry_sheet"), {"q": odd}).status_code < 500, odd


def test_the_log_as_a_sheet_is_what_was_asked_for_and_an_entry_itself(desk, officer):
    page = make.make_page(title="=1+1")
    audit(Kind.WITHDRAWN, by=officer, record=page)
    sheet = desk.get(reverse("admin:publishing_auditentry_sheet"), {"kind": "withdrawn"}).content.decode()
    heading, row = sheet.removeprefix("\ufeff").splitlines()
    assert heading == "When,Who,What,Of what,More about it,Sign-in"
    assert row.split(",")[1:] == [officer.username, "Withdrawn", "'=1+1", "", ""]
    entry = since_sign_in()[-1]
    assert (entry.kind, entry.words) == (Kind.EXPORTED, "Audit log entries: 1")


@pytest.mark.parametrize("address", ["changelist", "sheet"])
def test_the_log_asks_so_many_queries_for_any_number_of_entries(desk, address):
    kinds = [make.make_page, make.make_strategy, make.make_document, make.make_officer]

    def queries(count):
        for n in range(count):
            audit(Kind.PUBLISHED, by=make.make_officer(), record=kinds[n % 4]())
        with CaptureQueriesContext(connection) as noted:
            assert desk.get(reverse(f"admin:publishing_auditentry_{address}")).status_code == 200
        return len(noted)

    assert queries(4) == queries(120)


def test_every_kind_of_entry_can_be_asked_for():
    assert sorted(kind for kinds in GROUPS.values() for kind in kinds) == sorted(Kind)
