"""What each role of officers may do, through every door of the admin, and that none can raise itself."""

import pytest
from django.contrib.auth.models import Group as Role
from django.contrib.auth.models import Permission, User
from django.db.models import Q
from django.urls import reverse

from meetings.models import Meeting, PublicMeeting
from pages.models import Page
from partners.models import Objective, Series, Strategy
from sosafe_site.accounts.roles import ROLES
from sosafe_site.publishing.models import Revision
from sosafe_site.urls import admin  # once they are loaded, what is registered is complete
from tests import make
from tests.admin.test_editing import data_of, save, url
from tests.content import fill
from tests.forms import Form

pytestmark = pytest.mark.django_db

EDITORS_WRITE = {
    "partners.Strategy", "partners.Objective", "partners.ActionPlan", "partners.Priority", "partners.Partner",
    "meetings.Group", "meetings.PublicMeeting", "pages.Page", "pages.ReportingRoute", "pages.CaseReviewYear",
    "pages.Alert", "pages.SiteSettings", "pages.AccessibilityStatement", "publishing.Document",
}  # fmt: skip
PUBLISHERS_WRITE = {
    *EDITORS_WRITE, "partners.Series", "publishing.ChangeNote", "publishing.Picture", "publishing.Term",
}  # fmt: skip
SEEN_BY_ADMINISTRATORS = {"auth.User", "publishing.AuditEntry"}
OF_A_WHOLE = {"meetings.Meeting"}  # whose form is that of what it is a part of
ALL = {model._meta.label for model in admin.site._registry} - OF_A_WHOLE
WRITE = {"Editor": EDITORS_WRITE, "Publisher": PUBLISHERS_WRITE, "Administrator": ALL}
SEE = {role: (ALL | OF_A_WHOLE) - (SEEN_BY_ADMINISTRATORS if role != "Administrator" else set()) for role in WRITE}
ADDED_BY_ALL = {"publishing.Picture"}
NEVER_ADDED = {
    "publishing.ChangeNote", "publishing.AuditEntry", "pages.SiteSettings", "pages.AccessibilityStatement",
}  # fmt: skip
NEVER_CHANGED = {"publishing.Address", "publishing.AuditEntry"}
role = pytest.mark.parametrize("role", ROLES)


def test_each_role_has_its_due_of_all_that_is_on_the_site():
    """A migration that adds a model or a permission gives it to the roles by sosafe_site.accounts.roles.grant."""
    ours = Permission.objects.filter(
        Q(content_type__app_label__in=["publishing", "partners", "meetings", "pages"])
        | Q(content_type__app_label="auth", content_type__model="user")
    )
    editor, publisher, administrator = (set(Role.objects.get(name=role).permissions.all()) for role in ROLES)
    assert administrator == set(ours)
    assert editor < publisher < administrator
    assert {"publish"} <= {permission.codename for permission in publisher - editor}
    assert {"erase", "add_user", "change_user"} <= {each.codename for each in administrator - publisher}


@role
def test_a_role_opens_saves_and_deletes_what_it_may_and_nothing_else(client, role):
    fill()
    make.make_post()
    make.make_note(Page.objects.first())
    make.make(Series, name="Another")
    make.make_picture()
    make.make_term()
    others = make.make_officer("Editor")
    client.force_login(make.make_officer(role))
    for model in admin.site._registry:
        label, record = model._meta.label, others if model is User else model.objects.first()
        may_see, may_write = label in SEE[role], label in WRITE[role]
        may_add = (may_write or label in ADDED_BY_ALL) and label not in NEVER_ADDED
        may_change = may_write and label not in NEVER_CHANGED
        change = url(record, "change")
        found = {
            "list": client.get(url(model, "changelist"), follow=True).status_code,
            "form": client.get(change, follow=True).status_code,
            "history": client.get(change.replace("/change/", "/history/")).status_code,
            "new": client.get(url(model, "add")).status_code,
            "in a window of its own": client.get(url(model, "add"), {"_popup": 1}).status_code,
            "saved new": client.post(url(model, "add"), {}).status_code in (200, 302),
            "saved": client.post(change, {}).status_code in (200, 302),
        }
        assert found == {
            "list": 200 if may_see else 403,
            "form": 200 if may_see else 403,
            "history": 200 if may_see else 403,
            "new": 200 if may_add else 403,
            "in a window of its own": 200 if may_add else 403,
            "saved new": may_add,
            "saved": may_change,
        }, label


@role
def test_drafts_are_deleted_by_all_and_nothing_public_by_anybody(client, role):
    client.force_login(make.make_officer(role))
    for published_at, status in ((None, 302), (make.LONG_AGO, 403)):
        page = make.make_page(published_at=published_at)
        assert client.post(url(page, "change").replace("/change/", "/delete/"), {"post": "yes"}).status_code == status


def status_of(client, name, record, **data):
    address = reverse(f"admin:{name}", args=[record.pk])
    return client.get(address, data).status_code if data else client.post(address).status_code


@role
def test_the_views_of_our_own_keep_to_the_roles(client, role):
    client.force_login(make.make_officer(role))
    publishes, administers = role != "Editor", role == "Administrator"
    strategy, shown, hidden = make.make_strategy(), make.make_group(), make.make_group(published_at=None)
    assert status_of(client, "partners_strategy_erase", strategy) == (200 if administers else 403)
    assert status_of(client, "meetings_group_dates", shown) == (200 if publishes else 403)
    assert status_of(client, "meetings_group_dates", hidden) == 200
    assert client.get(url(shown, "change").replace("/change/", "/erase/")).status_code == (200 if administers else 403)
    assert ("Erase…" in client.get(url(strategy, "change")).content.decode()) is administers
    for page in (url(shown, "change"), url(shown, "changelist")):
        assert (f"{shown.pk}/dates/" in client.get(page).content.decode()) is publishes
    plan = make.make_plan()
    assert client.post(reverse("admin:partners_actionplan_next", args=[plan.pk])).status_code == 200  # asks
    users = {"app_label": "auth", "model_name": "user", "field_name": "groups"}
    assert client.get("/admin/autocomplete/", users).status_code == 403
    assert client.get("/admin/auth/group/").status_code == 404
    assert client.get("/admin/auth/permission/").status_code == 404


def test_an_editor_publishes_nothing_by_form_part_or_list(client):
    client.force_login(make.make_officer("Editor"))
    page, shown = make.make_page(published_at=None), make.make_page(title="Before")
    for step in ("_publish", "_schedule"):
        sent = {**data_of(client.get(url(page, "change"))), step: "", "publish_at": "2999-01-01T09:00"}
        assert client.post(url(page, "change"), sent).status_code == 403
        assert client.post(url(shown, "change"), sent).status_code == 403
    save(client, url(shown, "change"), title="After", withdrawn_at="2020-01-01T09:00", withdrawal_reason="x")
    shown.refresh_from_db()
    assert (shown.title, shown.withdrawn_at) == ("Before", None)
    assert Revision.objects.open().of(shown).get().content["fields"]["withdrawn_at"] is None
    moments = {"published_at": "2020-01-01T09:00", "withdrawn_at": "2020-01-01T09:00", "withdrawal_reason": "x"}
    save(client, url(page, "change"), title="Changed", **moments)
    page.refresh_from_db()
    assert (page.title, page.published_at, page.withdrawn_at) == ("Changed", None, None)
    new = {**data_of(client.get(url(Page, "add"))), "title": "New", "slug": "new", "menu": "footer", **moments}
    assert client.post(url(Page, "add"), new).status_code == 302
    assert Page.objects.get(slug="new").published_at is None
    strategy = make.make_strategy(published_at=None)
    part = {"position": 1, "title": "Part", "slug": "part", "published_at": "2020-01-01T09:00"}
    sent = {f"objectives-0-{name}": value for name, value in part.items()}
    save(client, url(strategy, "change"), **{**sent, "objectives-TOTAL_FORMS": 1})
    assert Objective.objects.get(slug="part").published_at is None
    for action in ("publish_now", "publish_with_parts"):
        client.post(
            url(Strategy, "changelist"), {"action": action, "confirmed": "yes", "_selected_action": [str(strategy.pk)]}
        )
    strategy.refresh_from_db()
    assert strategy.published_at is None
    listed = client.get(url(Strategy, "changelist")).content.decode()
    assert "Publish now" not in listed
    assert "Take back to draft" not in listed


@pytest.mark.parametrize("beside", ["_draft", "_ready", "_preview", "_saveasnew"])
@pytest.mark.parametrize("step", ["_publish", "_schedule"])
def test_an_editor_publishes_nothing_by_a_second_button_beside_a_permitted_one(client, beside, step):
    client.force_login(make.make_officer("Editor"))
    meeting = make.make_public_meeting(published_at=None)
    pressed = {beside: "", step: "", "publish_at": "2999-01-01T09:00"}
    sent = {**data_of(client.get(url(meeting, "change"))), "slug": "other", **pressed}
    for form in (url(meeting, "change"), url(PublicMeeting, "add")):
        assert client.post(form, sent).status_code == 403
    assert not PublicMeeting.objects.exclude(published_at=None).exists()
    client.force_login(make.make_officer("Publisher"))
    client.post(url(PublicMeeting, "add"), {**sent, "_publish": ""})
    is_public = PublicMeeting.objects.exclude(published_at=None).exists()
    assert is_public is (beside == "_saveasnew"), "the least public of the buttons counts"


def test_a_publisher_publishes_by_form_part_and_list(client):
    client.force_login(make.make_officer("Publisher"))
    page, strategy = make.make_page(published_at=None), make.make_strategy(published_at=None)
    objective = make.make_objective(strategy=strategy, published_at=None)
    save(client, url(page, "change"), _publish="")
    action = {"action": "publish_with_parts", "confirmed": "yes", "_selected_action": [str(strategy.pk)]}
    client.post(url(Strategy, "changelist"), action)
    for record in (page, strategy, objective):
        record.refresh_from_db()
        assert record.is_published, record


@role
def test_a_meeting_is_added_and_changed_on_the_form_of_its_group_only(client, role):
    client.force_login(make.make_officer(role))
    sent = {"group": make.make_group().pk, "held_on": "2999-01-01"}
    assert client.post(url(Meeting, "add"), sent).status_code == 403
    assert not Meeting.objects.exists()
    meeting = make.make_meeting(venue="Town Hall")
    assert client.post(url(meeting, "change"), {**sent, "venue": "Elsewhere"}).status_code == 403
    assert Meeting.objects.get().venue == "Town Hall"


def account(client, officer, **changes):
    return client.post(url(officer, "change"), {**data_of(client.get(url(officer, "change"))), **changes})


def test_an_administrator_makes_accounts_with_a_role_and_no_account_without(client):
    client.force_login(make.make_officer("Administrator"))
    new = {"username": "anna", "email": "anna@example.org", "is_superuser": "on", "user_permissions": "1"}
    assert "Choose one." in client.post(url(User, "add"), new).content.decode()
    client.post(url(User, "add"), {**new, "groups": [Role.objects.get(name="Editor").pk]})
    anna = User.objects.get(username="anna")
    assert anna.is_staff
    assert [role.name for role in anna.groups.all()] == ["Editor"]
    assert not anna.is_superuser
    assert not anna.user_permissions.exists()
    account(client, anna, groups=[Role.objects.get(name="Publisher").pk], is_superuser="on", user_permissions="1")
    anna = User.objects.get(username="anna")
    assert [role.name for role in anna.groups.all()] == ["Publisher"]
    assert not anna.is_superuser
    assert not anna.user_permissions.exists()


def test_an_administrator_can_not_touch_an_account_with_all_rights(client, admin_user):
    client.force_login(make.make_officer("Administrator"))
    assert client.post(url(admin_user, "change"), {"username": "mine"}).status_code == 403
    admin_user.refresh_from_db()
    assert admin_user.check_password("password")
    assert admin_user.username == "admin"


def test_nobody_changes_the_own_role(client):
    officer = make.make_officer("Administrator")
    client.force_login(officer)
    account(client, officer, first_name="Anna", groups=[Role.objects.get(name="Editor").pk])
    officer = User.objects.get(pk=officer.pk)
    assert officer.first_name == "Anna"
    assert [role.name for role in officer.groups.all()] == ["Administrator"]


def test_no_account_is_deleted_since_the_history_names_it(admin_client):
    officer = make.make_officer("Editor")
    assert admin_client.post(f"/admin/auth/user/{officer.pk}/delete/", {"post": "yes"}).status_code == 403
    listed = {"action": "delete_selected", "_selected_action": [str(officer.pk)], "post": "yes"}
    admin_client.post(url(User, "changelist"), listed)
    assert User.objects.filter(pk=officer.pk).exists()


def test_the_last_administrator_stays_one(client):
    """Whoever edits accounts without being an administrator could take that from the only one there is."""
    last = make.make_officer("Administrator", password="a-long-pass-phrase")
    make.make_officer("Administrator")  # who can't sign in
    helper = make.make_officer("Editor")
    helper.user_permissions.set(Permission.objects.filter(content_type__model="user"))
    client.force_login(helper)
    editor = str(Role.objects.get(name="Editor").pk)
    form = Form(client, url(last, "change"))
    assert form.press("_save", groups=[editor]).status_code == 200
    assert "Nobody else is an administrator. Make another account one first." in form.problems()
    make.make_officer("Administrator", password="a-long-pass-phrase")
    assert Form(client, url(last, "change")).press("_save", groups=[editor]).status_code == 302
