"""A colleague gets into the site by a link of its own, and nobody else ever knows the password."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group as Role
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from sosafe_site.accounts.links import INVITED_FOR, NEW_PASSWORD_WITHIN, link_for
from sosafe_site.publishing.models import AuditEntry
from tests import make
from tests.accounts.letters import PASSWORD, PRINTED, choose, letters, links_in, opened, path_of
from tests.admin.test_editing import url
from tests.forms import Form

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
BROKEN = "tests.accounts.letters.Broken"


@pytest.fixture
def administrator(client):
    officer = make.make_officer("Administrator", password=PASSWORD)
    client.force_login(officer)
    return officer


def invited(**fields):
    """An account that waits for its password."""
    officer = make.make_officer("Editor", **{"email": "anna@example.org", **fields})
    assert not officer.has_usable_password()
    return officer


def add(client, **changes):
    editor = Role.objects.get(name="Editor").pk
    typed = {"username": "anna", "email": "anna@example.org", "first_name": "Anna", "groups": [editor]}
    return Form(client, url(User, "add")).press("_save", **{**typed, **changes})


def act(account, name):
    return reverse(f"admin:auth_user_{name}", args=[account.pk])


def signs_in(name, password=PASSWORD):
    return Client().login(username=name, password=password)


def test_a_colleague_is_invited_by_e_mail_and_chooses_the_password(client, administrator):
    response = add(client)
    anna = User.objects.get(username="anna")
    assert response["Location"] == act(anna, "link")
    asks = client.get(act(anna, "link")).content.decode()
    assert "anna@example.org" in asks
    assert "3 days" in asks
    assert letters() == []
    told = client.post(act(anna, "link"), {"_send": ""}, follow=True).content.decode()
    assert "The link was sent to anna@example.org. It works for 3 days." in told
    assert links_in(told) == []
    [letter] = letters()
    assert letter.to == ["anna@example.org"]
    assert "Your name to sign in is: anna" in letter.body
    [link] = links_in(letter.body)
    done = choose(Client(), path_of(link)).content.decode()
    assert "Your password is set" in done
    assert reverse("admin:login") in done
    assert signs_in("anna")
    assert choose(Client(), path_of(link)) is None, "the link was used"


def test_who_follows_an_invitation_is_not_signed_in_by_it():
    stranger = Client()
    choose(stranger, path_of(link_for(invited())))
    assert "_auth_user_id" not in stranger.session


def test_without_a_mail_server_the_link_is_shown_once(client, administrator, settings, capsys):
    settings.EMAIL_BACKEND = PRINTED
    anna = invited()
    assert "Send the link" not in client.get(act(anna, "link")).content.decode()
    shown = client.post(act(anna, "link"), {"_send": "", "_show": ""})
    [link] = links_in(shown.content.decode())
    assert "no-store" in shown["Cache-Control"]
    assert shown["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert links_in(client.get(act(anna, "link")).content.decode()) == []
    assert letters() == []
    printed = "".join(capsys.readouterr())
    assert link not in printed
    assert choose(Client(), path_of(link)) is not None


def test_when_the_mail_server_fails_the_link_is_shown_instead(client, administrator, settings, caplog):
    settings.EMAIL_BACKEND = BROKEN
    anna = invited()
    shown = client.post(act(anna, "link"), {"_send": ""}).content.decode()
    assert "The mail server did not take the letter" in shown
    [link] = links_in(shown)
    assert link not in caplog.text
    assert "anna" not in caplog.text
    assert choose(Client(), path_of(link)) is not None


def test_the_link_is_kept_nowhere(client, administrator):
    anna = invited()
    [link] = links_in(client.post(act(anna, "link"), {"_show": ""}).content.decode())
    key = link.rstrip("/").rpartition("-")[2]
    entries = AuditEntry.objects.filter(kind=AuditEntry.Kind.INVITED, record=str(anna.pk))
    assert entries.count() == 1
    assert key not in str(list(AuditEntry.objects.values()))
    assert key not in str(client.session.items())


def test_a_new_invitation_ends_the_one_before(client, administrator):
    anna = invited()
    first, second = (links_in(client.post(act(anna, "link"), {"_show": ""}).content.decode())[0] for _ in range(2))
    assert choose(Client(), path_of(first)) is None
    assert choose(Client(), path_of(second)) is not None


@pytest.mark.parametrize(("password", "works_for"), [(None, INVITED_FOR), (PASSWORD, NEW_PASSWORD_WITHIN)])
def test_a_link_ends_by_time(password, works_for):
    with time_machine.travel("2026-10-24 23:30Z", tick=False) as clock:  # the clocks go back in that night
        path = path_of(link_for(make.make_officer(password=password)))
        clock.shift(works_for)
        assert b"password1" in opened(Client(), path).content
        clock.shift(SECOND)
        assert b"This link has ended" in opened(Client(), path).content


def test_a_form_that_was_open_when_its_link_ended_is_refused():
    anna, browser = invited(), Client()
    with time_machine.travel("2026-10-24 12:00Z", tick=False) as clock:
        page = opened(browser, path_of(link_for(anna)))
        clock.shift(INVITED_FOR + SECOND)
        sent = browser.post(page.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    assert "This link has ended" in sent.content.decode()
    assert not User.objects.get(pk=anna.pk).has_usable_password()


def test_looking_at_a_link_uses_up_nothing():
    path, reader = path_of(link_for(invited())), Client()
    for _ in range(3):
        opened(reader, path)
        reader.head(path)
    assert choose(Client(), path) is not None


def change_address(account):
    account.email = "bert@example.org"


def sign_in(account):
    account.last_login = "2026-01-01T00:00Z"


def close(account):
    account.is_active = False


ENDING = [change_address, sign_in, close]


@pytest.mark.parametrize("change", ENDING)
@pytest.mark.parametrize("password", [None, PASSWORD])
def test_a_link_ends_by_a_change_of_the_account(change, password):
    anna = make.make_officer("Editor", email="anna@example.org", password=password)
    path = path_of(link_for(anna))
    assert b"password1" in opened(Client(), path).content
    change(anna)
    anna.save()
    assert choose(Client(), path) is None


def test_a_link_opens_no_other_account_and_none_when_it_is_tampered_with():
    anna, bert = invited(), invited(email="bert@example.org")
    uid, _, key = path_of(link_for(anna)).rstrip("/").rpartition("/")[2].partition("-")
    berts = path_of(link_for(bert)).rstrip("/").rpartition("/")[2].partition("-")[0]
    began, _, proof = key.partition("-")
    later = f"{began[:-1]}{'a' if began[-1] != 'a' else 'b'}"
    flipped = f"{proof[:-1]}{'0' if proof[-1] != '0' else '1'}"
    for other in (
        f"{berts}-{key}", f"{uid}-{later}-{proof}", f"{uid}-{began}-{flipped}", f"{uid}-{began}-", f"{uid}-{began}",
        f"{uid}--", "zzzzzzzzzzzzzzzzzzzz-" + key, f"{uid}-set-password", f"{berts}-set-password", f"%00-{key}",
    ):  # fmt: skip
        assert choose(Client(), f"/admin/account/new-password/{other}/") is None, other
    assert choose(Client(), path_of(link_for(anna))) is not None


def test_the_place_of_one_link_takes_no_other_account():
    """Whoever has opened his own link has its key in the session; the account is named by the address."""
    anna, bert, browser = invited(), invited(email="bert@example.org"), Client()
    page = opened(browser, path_of(link_for(anna)))
    berts = path_of(link_for(bert)).rstrip("/").rpartition("/")[2].partition("-")[0]
    place = re.sub(r"new-password/\w+-", f"new-password/{berts}-", page.request["PATH_INFO"])
    sent = browser.post(place, {"password1": PASSWORD, "password2": PASSWORD})
    assert "This link has ended" in sent.content.decode()
    assert not User.objects.get(pk=bert.pk).has_usable_password()


def test_the_address_of_a_link_is_told_to_no_other_page():
    path = path_of(link_for(invited()))
    first = Client().get(path)
    assert first["Location"].endswith("-set-password/")
    ended = Client().get(path.rstrip("/")[:-1] + "x/")
    for response in (first, ended):
        assert response["Referrer-Policy"] == "no-referrer"
        assert "no-store" in response["Cache-Control"]
    form = opened(Client(), path)
    assert form["Referrer-Policy"] == "same-origin", "or browsers send the form from nowhere, and it is refused"


def test_the_form_to_choose_a_password_asks_for_its_own_token():
    browser = Client(enforce_csrf_checks=True)
    page = opened(browser, path_of(link_for(anna := invited())))
    sent = browser.post(page.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    assert sent.status_code == 403
    assert not User.objects.get(pk=anna.pk).has_usable_password()


@pytest.mark.parametrize("password", ["short", "12345678901", "anna-example", "password1"])
def test_a_weak_password_is_refused_in_words(password):
    anna = invited(first_name="anna-example")
    refused = choose(Client(), path_of(link_for(anna)), password)
    assert b"errorlist" in refused.content
    assert not User.objects.get(pk=anna.pk).has_usable_password()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"email": ""}, "Fill this in."),
        ({"email": "ANNA@Example.ORG"}, "has this e-mail address already"),
        ({"username": "Bert"}, "Another account has this name already."),
        ({"username": "a former officer (7)"}, "Use letters without accents"),
        ({"username": "аnna"}, "Use letters without accents"),  # the first letter is Cyrillic
        ({"groups": None}, "Choose one."),
    ],
)
def test_an_account_that_would_be_taken_for_another_is_refused(client, administrator, changes, problem):
    User.objects.create_user("bert", "anna@example.org", is_staff=True)
    response = add(client, **{"email": "other@example.org", **changes})
    assert response.status_code == 200
    assert problem in " ".join(Form(client, url(User, "add"), response).problems())
    assert User.objects.count() == 2


def test_another_address_is_told_to_the_former_one(client, administrator, django_capture_on_commit_callbacks):
    anna = invited()
    with django_capture_on_commit_callbacks(execute=True):
        Form(client, url(anna, "change")).press("_save", email="thief@example.org")
    [letter] = letters()
    assert letter.to == ["anna@example.org"]
    assert "another e-mail address" in letter.body
    with django_capture_on_commit_callbacks(execute=True):
        Form(client, url(anna, "change")).press("_save", first_name="Anna")
    assert len(letters()) == 1


@pytest.mark.parametrize(("password", "is_told"), [(None, True), (PASSWORD, False)])
def test_who_corrects_the_address_of_somebody_invited_reads_that_the_invitation_has_ended(
    client, administrator, password, is_told
):
    anna = invited()
    if password:
        anna.set_password(password)
        anna.save()
    saved = Form(client, url(anna, "change")).press("_save", email="right@example.org")
    told = client.get(saved["Location"]).content.decode()
    assert ("An invitation that went to the former e-mail address has ended." in told) is is_told


def test_no_page_of_the_admin_takes_a_password_for_somebody_else(client, administrator):
    anna = make.make_officer("Editor", password=PASSWORD)
    new = {"password1": "taken-over-by-me", "password2": "taken-over-by-me", "password": "taken-over-by-me"}
    for address in (url(User, "add"), url(anna, "change"), act(anna, "link")):
        assert "password1" not in client.get(address).content.decode()
        client.post(address, {**new, "username": "anna"})
    client.post(url(anna, "change").replace("/change/", "/password/"), new)
    assert User.objects.get(pk=anna.pk).check_password(PASSWORD)
    assert not any(user.check_password("taken-over-by-me") for user in User.objects.all())


@pytest.mark.parametrize("lookup", ["password", "password__gt", "password__in"])
def test_the_list_of_accounts_answers_no_question_about_passwords(client, administrator, lookup):
    assert client.get(url(User, "changelist"), {lookup: administrator.password[:9]}).status_code == 400


ACTS = ["link", "second-factor", "close", "reopen", "anonymous"]


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("role", ["Editor", "Publisher"])
def test_only_administrators_act_on_accounts(client, name, role):
    anna = make.make_officer("Editor", password=PASSWORD, email="anna@example.org")
    closed = make.make_officer("Editor", is_active=False)
    client.force_login(make.make_officer(role))
    for account in (anna, closed):
        for method in (client.get, client.post):
            assert method(act(account, name)).status_code == 403
    assert signs_in(anna.username)
    assert not User.objects.get(pk=closed.pk).is_active
    assert letters() == []


@pytest.mark.parametrize("name", ACTS)
def test_nobody_acts_on_the_own_account_or_on_one_with_all_rights(client, administrator, admin_user, name):
    for account in (administrator, admin_user):
        for method in (client.get, client.post):
            assert method(act(account, name)).status_code == 403
    for account in (administrator, admin_user):
        account.refresh_from_db()
        assert account.is_active
        assert account.has_usable_password()


@pytest.mark.parametrize("name", ACTS)
def test_a_look_changes_nothing_and_a_foreign_page_can_not_press(administrator, name):
    accounts = [make.make_officer("Editor", password=PASSWORD), make.make_officer("Editor", is_active=False)]
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(administrator)
    before, written = list(User.objects.order_by("pk").values()), AuditEntry.objects.count()
    for account in accounts:
        assert browser.get(act(account, name)).status_code in (200, 403)
        assert browser.post(act(account, name), {"_show": ""}).status_code == 403
    assert list(User.objects.order_by("pk").values()) == before
    assert AuditEntry.objects.exclude(kind=AuditEntry.Kind.REFUSED).count() == written


@pytest.mark.parametrize("name", ACTS)
def test_who_signed_in_long_ago_is_asked_who_he_is_before_each_act(client, name):
    account = make.make_officer("Editor", password=PASSWORD, is_active=name not in {"reopen", "anonymous"})
    with time_machine.travel("2026-03-02 08:00Z", tick=False) as clock:
        client.force_login(make.make_officer("Administrator", password=PASSWORD))
        assert client.get(act(account, name)).status_code == 200
        clock.shift(timedelta(minutes=20))
        before = list(User.objects.order_by("pk").values())
        for answer in (client.get(act(account, name)), client.post(act(account, name), {"_show": ""})):
            assert answer["Location"].startswith(reverse("account_reauthenticate"))
        assert list(User.objects.order_by("pk").values()) == before
