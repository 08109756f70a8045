"""Whoever leaves can't come in any more, is named nowhere on wish, and leaves nobody waiting for a reminder."""

from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group as Role
from django.contrib.auth.models import User
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from sosafe_site.accounts.leavers import close, hand_over, make_anonymous
from sosafe_site.accounts.links import link_for
from sosafe_site.accounts.models import Session
from sosafe_site.publishing.models import AuditEntry, Post, Revision
from sosafe_site.publishing.revisions.history import keep
from tests import make
from tests.accounts.letters import PASSWORD, choose, letters, links_in, path_of
from tests.admin.test_editing import save, url
from tests.forms import Form

pytestmark = pytest.mark.django_db
Kind = AuditEntry.Kind


@pytest.fixture
def administrator(client):
    officer = make.make_officer("Administrator", password=PASSWORD)
    client.force_login(officer)
    return officer


def leaver(**fields):
    who = {"email": "quentin@example.org", "first_name": "Quentin", "last_name": "Quibble", "password": PASSWORD}
    officer = make.make_officer("Editor", **{**who, **fields})
    if "username" not in fields:
        officer.username = "quentinq"
        officer.save()
    Authenticator.objects.create(user=officer, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return officer


def act(account, name):
    return reverse(f"admin:auth_user_{name}", args=[account.pk])


def kinds():
    return list(AuditEntry.objects.order_by("pk").values_list("kind", flat=True))


def test_a_closed_account_lets_nobody_in_by_anything(client, administrator):
    account, elsewhere = leaver(), Client()
    elsewhere.login(username=account.username, password=PASSWORD)
    assert elsewhere.get("/admin/").status_code == 200
    path = path_of(link_for(account))
    client.post(act(account, "close"), {})
    assert elsewhere.get("/admin/").status_code == 302
    assert not Session.objects.filter(account=account).exists()
    assert not Authenticator.objects.filter(user=account).exists()
    assert not Client().login(username=account.username, password=PASSWORD)
    assert choose(Client(), path) is None
    account.refresh_from_db()
    assert not account.has_usable_password()
    assert not account.is_active
    assert kinds().count(Kind.ACCOUNT_CLOSED) == 1
    assert client.post(act(account, "link"), {"_show": ""}).status_code == 403


def test_what_the_leaver_looked_after_goes_to_who_takes_over(client, administrator):
    account, heir = leaver(), make.make_officer("Editor", email="bert@example.org")
    post, other = make.make_post(title="Manager", email="Quentin@example.org"), make.make_post(email="x@example.org")
    standing_in = make.make_post(deputy=post)
    mine = make.make_page(title="Mine", maintainer=post, review_on=date(2019, 1, 1))
    make.make_strategy(maintainer=post)
    make.make_page(maintainer=other, review_on=date(2019, 1, 1))
    call_command("send_review_reminders", verbosity=0)
    mail.outbox.clear()
    asks = client.get(act(account, "close")).content.decode()
    told = " ".join(asks.split())
    assert "1 post (Manager), which looks after 2 pages and records, 1 of them with a day for the next check" in told
    assert "stands in for 1 other post" in told
    assert "Choose who takes over." in client.post(act(account, "close"), {}).content.decode()
    for nobody in ("thief@example.org", "quentin@example.org", "Quentin@example.org"):
        assert "That can’t be chosen any more." in client.post(act(account, "close"), {"heir": nobody}).content.decode()
    assert User.objects.get(pk=account.pk).is_active
    client.post(act(account, "close"), {"heir": heir.email})
    post.refresh_from_db()
    assert post.email == "bert@example.org"
    assert (mine.maintainer, standing_in.deputy) == (post, post)
    assert kinds().count(Kind.HANDED_OVER) == 1
    call_command("send_review_reminders", verbosity=0)
    reminded = [letter.to for letter in mail.outbox]
    assert ["bert@example.org"] in reminded, "of what the leaver was reminded of"
    assert not any("uentin" in str(to) for to in reminded)
    assert Post.objects.get(pk=other.pk).email == "x@example.org"


def test_who_looks_after_nothing_hands_over_nothing(client, administrator):
    account = leaver(email="")
    make.make_post(email="x@example.org")
    assert "looks after no pages" in client.get(act(account, "close")).content.decode()
    client.post(act(account, "close"), {})
    assert not User.objects.get(pk=account.pk).is_active


def test_where_nobody_can_take_over_a_leaver_is_closed_all_the_same(client, administrator):
    account, post = leaver(), make.make_post(email="quentin@example.org")
    make.make_page(maintainer=post)
    told = " ".join(client.get(act(account, "close")).content.decode().split())
    assert "Nobody else here has an e-mail address, so all of this stays. Give the post another address" in told
    client.post(act(account, "close"), {})
    assert not User.objects.get(pk=account.pk).is_active
    assert Post.objects.get(pk=post.pk).email == "quentin@example.org"


def texts():
    """All that the database holds, table by table."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  # a table of ours
            yield from ((table, str(row)) for row in cursor.fetchall())


def test_an_anonymous_account_is_named_nowhere(client, administrator, django_capture_on_commit_callbacks):
    account = leaver()
    other, browser = make.make_officer("Editor", email="bert@example.org"), Client()
    browser.login(username=account.username, password=PASSWORD)
    page = make.make_page()
    save(browser, url(page, "change"), title="Another title")
    keep(page, account, "Changed.")
    make.make_post(email=account.email, deputy=make.make_post())
    Form(client, url(account, "change")).press("_save", first_name="Quentin Q.")
    Client().post("/admin/login/", {"username": account.username, "password": "wrong"})
    Client().post("/admin/account/forgotten/", {"email": account.email})
    letters()
    client.post(act(account, "link"), {"_show": ""})
    named = {table for table, row in texts() if "uentin" in row}
    assert {"auth_user", "django_admin_log", "publishing_post"} <= named
    rows = list(AuditEntry.objects.order_by("pk").values())
    client.post(act(account, "close"), {"heir": other.email, "is_anonymous": "on"})
    assert [(table, row) for table, row in texts() if "uentin" in row.lower()] == []
    assert list(AuditEntry.objects.order_by("pk").values())[: len(rows)] == rows
    entry = AuditEntry.objects.get(kind=Kind.ANONYMISED)
    assert (entry.account, entry.record) == (administrator.pk, str(account.pk))
    account.refresh_from_db()
    assert str(account) == f"a former officer ({account.pk})"
    assert not account.groups.exists()
    history = client.get(url(page, "change").replace("/change/", "/history/")).content.decode()
    assert f"a former officer ({account.pk})" in history
    assert Revision.objects.filter(made_by=account).exists()
    assert LogEntry.objects.filter(user=account).exists()


def test_an_anonymous_account_stays_so(client, administrator):
    account = leaver()
    close(account, administrator)
    make_anonymous(account, administrator)
    for name in ("link", "second-factor", "close", "reopen", "anonymous"):
        assert client.post(act(account, name), {}).status_code == 403
    client.post(url(account, "change"), {"username": "quentinq", "groups": Role.objects.get(name="Editor").pk})
    account.refresh_from_db()
    assert account.username.startswith("a former officer")
    assert not account.is_active


def test_a_closed_account_is_made_anonymous_later(client, administrator):
    account = leaver()
    assert client.post(act(account, "anonymous"), {}).status_code == 403, "it is open"
    client.post(act(account, "close"), {})
    client.post(act(account, "anonymous"), {})
    assert "uentin" not in " ".join(row for _, row in texts())


def test_a_reopened_account_is_entered_by_a_new_invitation_only(client, administrator):
    account = leaver()
    path = path_of(link_for(account))
    client.post(act(account, "close"), {})
    response = client.post(act(account, "reopen"), {})
    assert response["Location"] == act(account, "link")
    account.refresh_from_db()
    assert account.is_active
    assert not account.has_usable_password()
    assert not Authenticator.objects.filter(user=account).exists()
    assert choose(Client(), path) is None
    assert kinds().count(Kind.ACCOUNT_OPENED) == 1
    [link] = links_in(client.post(response["Location"], {"_show": ""}).content.decode())
    choose(Client(), path_of(link))
    assert Client().login(username=account.username, password=PASSWORD)
    assert [role.name for role in account.groups.all()] == ["Editor"]


def test_an_invitation_does_not_outlive_a_closing_and_reopening(client, administrator):
    account = make.make_officer("Editor", email="anna@example.org")
    path = path_of(link_for(account))
    client.post(act(account, "close"), {})
    client.post(act(account, "reopen"), {})
    assert choose(Client(), path) is None


def test_of_two_administrators_who_close_each_other_one_stays():
    """As when both press at once: each request was let in before the other was done."""
    first, second = (make.make_officer("Administrator", password=PASSWORD) for _ in range(2))
    close(first, second)
    with pytest.raises(ValidationError, match="Nobody else is an administrator"):
        close(second, first)
    assert User.objects.get(pk=second.pk).is_active


def test_the_last_administrator_is_told_why_the_account_stays(client):
    """By somebody who may change accounts without being an administrator."""
    last = make.make_officer("Administrator", password=PASSWORD)
    helper = make.make_officer("Editor")
    helper.user_permissions.set(Role.objects.get(name="Administrator").permissions.filter(content_type__model="user"))
    client.force_login(helper)
    refused = client.post(act(last, "close"), {"is_anonymous": "on"})
    assert "Nobody else is an administrator." in refused.content.decode()
    last.refresh_from_db()
    assert last.is_active
    assert last.check_password(PASSWORD)


def test_an_act_that_fails_half_way_has_done_nothing(client, administrator, monkeypatch):
    account = leaver()

    def fails(*args):
        raise ValidationError("No.")

    monkeypatch.setattr("sosafe_site.accounts.acts.make_anonymous", fails)
    client.post(act(account, "close"), {"is_anonymous": "on"})
    account.refresh_from_db()
    assert account.is_active
    assert Authenticator.objects.filter(user=account).exists()
    assert Kind.ACCOUNT_CLOSED not in kinds()


def test_who_has_lost_the_second_factor_sets_it_up_anew(client, administrator):
    account, elsewhere = leaver(), Client()
    elsewhere.login(username=account.username, password=PASSWORD)
    client.post(act(account, "second-factor"), {})
    assert not Authenticator.objects.filter(user=account).exists()
    assert elsewhere.get("/admin/").status_code == 302
    assert Client().login(username=account.username, password=PASSWORD), "by the same password"
    assert kinds().count(Kind.FACTOR_REMOVED) == 1
    [letter] = letters()
    assert letter.to == ["quentin@example.org"]
    assert "second factor" in letter.body


def test_the_terminal_is_the_last_resort_for_a_lost_second_factor(capsys):
    account = leaver()
    call_command("make_officer", account.username)
    assert Authenticator.objects.filter(user=account).exists()
    call_command("make_officer", account.username, "--second-factor-lost")
    assert not Authenticator.objects.filter(user=account).exists()
    assert kinds().count(Kind.FACTOR_REMOVED) == 1


def test_a_post_that_is_handed_over_keeps_its_drafts_and_its_name():
    account, post = leaver(), make.make_post(title="Manager", email="quentin@example.org")
    hand_over(account, None, "bert@example.org")
    post.refresh_from_db()
    assert (post.title, post.email) == ("Manager", "bert@example.org")


def test_every_kind_of_record_that_somebody_looks_after_is_counted(client, administrator):
    looked_after = [kind for kind in make.MAKERS if "maintainer" in {field.name for field in kind._meta.fields}]
    account, post = leaver(), make.make_post(email="quentin@example.org")
    for kind in looked_after:
        kind._default_manager.filter(pk=make.MAKERS[kind]().pk).update(maintainer=post)
    told = " ".join(client.get(act(account, "close")).content.decode().split())
    assert len(looked_after) > 8
    assert f"looks after {len(looked_after)} pages and records" in told
