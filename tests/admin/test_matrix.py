"""Who gets through which door: every address of the admin, by every method, tried by everybody who might come.

A role may do all that those before it may, so of each door it is enough to say who is the least that it opens to.
An address that stands in none of the tables below is a failure: whoever adds one says here whom it is for.
"""

import re

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.template.response import TemplateResponse
from django.urls import get_resolver, reverse

from sosafe_site.accounts.models import Session
from sosafe_site.accounts.roles import ADMINISTRATOR, EDITOR, ROLES, role_for
from sosafe_site.publishing.models import AuditEntry, Revision
from sosafe_site.publishing.models.address import to_copy
from sosafe_site.publishing.models.audit import audit
from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.urls import admin  # once they are loaded, what is registered is complete
from tests import make
from tests.addresses import PLACE

pytestmark = pytest.mark.django_db

STRANGER, NO_ROLE, CLOSED = "Stranger", "Account without a role", "Closed account"
NO_OFFICER = "Account that is no officer's"
ONLOOKER = "Officer who may see no kind of record"
BELOW = [STRANGER, CLOSED, NO_OFFICER, NO_ROLE, ONLOOKER]
EVERYBODY, NOBODY = STRANGER, "Nobody"
RANKS = [*BELOW, *ROLES, NOBODY]

# What one must be allowed to do with a kind of record to see the page, and to send something to it
VIEWS = {
    "changelist": ("view", "view"),
    "sheet": ("view", "nothing"),
    "add": ("add", "add"),
    "change": ("view", "change"),
    "": ("enter", "enter"),  # only leads to the form
    "history": ("view", "view"),
    "compare": ("view", "nothing"),
    "qr": ("view", "nothing"),
    "deleted": ("add", "nothing"),
    "restore": ("nothing", "change"),
    "delete": ("delete", "delete"),
    "draft": ("nothing", "change"),
    "with": ("publish", "publish"),
    "address": ("publish", "publish"),
    "take_down": ("nothing", "publish"),
    "erase": ("erase", "erase"),
    "dates": ("publish", "publish"),  # of a public group; those of a draft: OF_DRAFTS
    "next": ("add", "add"),
    "list": ("add", "add"),
    "password_change": ("change", "change"),
    # Of an account that is open, and of another than one's own
    "link": ("change", "change"),
    "second-factor": ("change", "change"),
    "close": ("change", "change"),
    "reopen": ("nothing", "nothing"),
    "anonymous": ("nothing", "nothing"),
}
OF_DRAFTS = {"delete": ("delete", "delete"), "dates": ("change", "change")}
PUBLIC_STAYS = "delete"  # what was ever public is erased or withdrawn
ONE_OF_ITS_KIND = {"pages.sitesettings", "pages.accessibilitystatement"}
# Where the roles alone don't say it
EXCEPTIONS = {
    **{label: {"add": NOBODY, "delete": NOBODY} for label in ONE_OF_ITS_KIND},
    "publishing.changenote": {"add": NOBODY, "delete": NOBODY},  # one is written on the form of what it is about
    "publishing.address": {"change": NOBODY, "delete": NOBODY},
    "meetings.meeting": {"add": NOBODY, "change": NOBODY, "delete": NOBODY},  # on the form of its group
    "auth.user": {"delete": NOBODY},
    "publishing.auditentry": {"add": NOBODY, "change": NOBODY, "delete": NOBODY},
}
# Of no one kind of record: who may see it, and who may send something to it
OTHERS = {
    "index": (ONLOOKER, ONLOOKER),
    "guide": (ONLOOKER, NOBODY),
    "progress": (EDITOR, NOBODY),
    "check": (ONLOOKER, ONLOOKER),
    "attention": (ONLOOKER, EDITOR),
    "app_list": (EDITOR, EDITOR),
    "autocomplete": (EDITOR, NOBODY),
    "view_on_site": (ONLOOKER, ONLOOKER),
    "jsi18n": (ONLOOKER, NOBODY),
    "password_change": (ONLOOKER, ONLOOKER),
    "password_change_done": (ONLOOKER, NOBODY),
    "login": (EVERYBODY, EVERYBODY),
    "account_signed_in": (ONLOOKER, ONLOOKER),
    "not_sent": (ONLOOKER, ONLOOKER),
    # What the text editor asks
    "publishing_address_links": (ONLOOKER, NOBODY),
    "publishing_address_shown": (EDITOR, NOBODY),
    "publishing_address_advice": (NOBODY, ONLOOKER),
    "publishing_address_paste": (NOBODY, ONLOOKER),
}
ENDS_THE_SESSION = {"logout", "account_logout"}  # of whoever opens it, and of nobody else
# Around signing in: of one's own account, and of no other
OTHERS |= dict.fromkeys(
    ["account_login", "account_reset_password", "account_reset_password_from_key", "account_set_password"],
    (EVERYBODY, EVERYBODY),
)
OTHERS |= dict.fromkeys(
    ["account_inactive", "account_reset_password_done", "account_reset_password_from_key_done"],
    (EVERYBODY, NOBODY),
)
OTHERS |= dict.fromkeys(
    [
        "account_reauthenticate", "account_change_password", "mfa_authenticate",
        "mfa_reauthenticate", "mfa_activate_totp", "mfa_generate_recovery_codes", "mfa_add_webauthn",
        "mfa_reauthenticate_webauthn",
    ],
    (NO_ROLE, NO_ROLE),
)  # fmt: skip
OTHERS["mfa_login_webauthn"] = (NO_ROLE, EVERYBODY)
OTHERS |= dict.fromkeys(["mfa_index", "mfa_list_webauthn"], (NO_ROLE, NOBODY))
OTHERS |= dict.fromkeys(  # of a second factor that this account hasn't got
    [
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_edit_webauthn",
        "mfa_remove_webauthn",
    ],
    (NOBODY, NOBODY),
)
# The fields by which all that can be done would be done, were it not refused
HOSTILE = {
    "post": "yes", "confirmed": "yes", "_discard": "", "_publish": "", "step": "publish", "reason": "Because.",
    "username": "mine", "title": "Mine", "name": "Mine", "slug": "mine", "path": "/mine/", "word": "Mine",
    "password1": "taken-over-1", "password2": "taken-over-1", "usable_password": "true", "is_superuser": "on",
}  # fmt: skip
PASSWORD = "a-long-pass-phrase"
METHODS = ("get", "post")
FLEETING = {AuditEntry, Session}


def walk(patterns, before=""):
    for pattern in patterns:
        route = f"{before}{pattern.pattern}"
        yield from walk(pattern.url_patterns, route) if hasattr(pattern, "url_patterns") else [(route, pattern)]


def doors():
    """Every address of the admin site: its route, the kind of record that it is of, and its name among those of its
    kind, which is empty for the one that only leads to the form."""
    kinds = {f"admin/{kind._meta.app_label}/{kind._meta.model_name}/": kind for kind in admin.site._registry}
    for route, pattern in walk(get_resolver().url_patterns):
        if not route.startswith("admin/") or pattern.name in ENDS_THE_SESSION or "(?P<url>" in route:
            continue
        kind = next((kinds[start] for start in kinds if route.startswith(start)), None)
        if kind is None or pattern.name in OTHERS:
            yield route, None, pattern.name
        else:
            yield route, kind, (pattern.name or "").removeprefix(f"{kind._meta.app_label}_{kind._meta.model_name}_")


DOORS = list(doors())


def least(kind, view, *, is_draft):
    """Who is the least that gets through, to see it and to send to it."""
    if kind is None:
        return OTHERS[view]
    asked = (OF_DRAFTS if is_draft else {}).get(view, VIEWS[view])
    if view == PUBLIC_STAYS and issubclass(kind, Publishable) and not is_draft:
        asked = ("nothing", "nothing")
    return tuple(least_for(label(kind), action) for action in asked)


def least_for(of, action):
    if action in ("nothing", "enter"):
        return NOBODY if action == "nothing" else ONLOOKER
    if action == "publish":
        return max(role_for(of, "publish"), least_for(of, "change"), key=RANKS.index)
    return EXCEPTIONS.get(of, {}).get(action) or role_for(of, action)


def label(kind):
    return kind._meta.label_lower


def made(*, is_draft):
    """One record of each kind, with a version in its history; of each kind that has drafts, a draft."""
    kinds = list(admin.site._registry)
    if is_draft:
        kinds = [each for each in kinds if issubclass(each, Publishable) and label(each) not in ONE_OF_ITS_KIND]
    fields = {"published_at": None} if is_draft else {}
    of = {kind: make.MAKERS[kind](**fields) for kind in kinds if kind in make.MAKERS}
    audit(AuditEntry.Kind.SIGNED_OUT, by=None)
    of |= {kind: kind.objects.first() for kind in kinds if kind not in of}  # what comes with the others
    for kind, record in of.items():
        place = {"model": label(kind), "record": str(record.pk)}
        Revision.objects.create(**place, content={"fields": {}, "parts": {}}, state="kept")
    return of


def opened(route, record):
    """The address, of this record."""
    record = record or make.make_page()
    version = Revision.objects.filter(record=str(record.pk), state="kept").first()
    values = {
        "content_type_id": ContentType.objects.get_for_model(record).pk,
        "object_id": record.pk,
        "pk": record.pk,
        "id": record.pk,
        "version": version and version.pk,
        "kind": "svg",
        "app_label": "pages",
        "uidb36": "1",
        "key": "set-password",
    }
    if "/second-factor/" in route and "/account/" in route:
        values["pk"] = 1  # of a passkey
    if route.endswith("autocomplete/"):
        route += "?app_label=pages&model_name=page&field_name=parent"
    return "/" + PLACE.sub(lambda found: str(values[found[1] or found[2]]), route.replace("^", "").rstrip("$"))


def arrived(client, who):
    """Whoever this is has come, with all that is theirs."""
    if who == STRANGER:
        return
    roles = [who] if who in ROLES else [ADMINISTRATOR] if who == CLOSED else []
    officer = make.make_onlooker() if who == ONLOOKER else make.make_officer(*roles)
    officer.is_staff = who != NO_OFFICER
    officer.set_password(PASSWORD)
    officer.save()
    client.force_login(officer)
    if who == CLOSED:  # while signed in
        User.objects.filter(pk=officer.pk).update(is_active=False)


def outcome(answer):
    leads_to = answer.get("Location", "")
    if answer.status_code in (403, 404, 405) or "/login/" in leads_to or "/sign-in/" in leads_to:
        return "refused"
    assert answer.status_code in (200, 302), answer
    return "let in"


def everything():
    """All rows of all tables."""
    kinds = [kind for kind in apps.get_models(include_auto_created=True) if kind not in FLEETING]
    return {kind._meta.label: sorted(kind._base_manager.values_list(), key=str) for kind in kinds}


def differing(before, after):
    return [label for label in before if before[label] != after[label]]


@pytest.fixture
def unwritten(monkeypatch):
    """Who gets in is decided before a page is written, and most of the time goes into that."""
    monkeypatch.setattr(TemplateResponse, "rendered_content", "")


def requests(*, is_draft):
    """For each door: its address, and who is the least that may see it and send to it."""
    of = made(is_draft=is_draft)
    for route, kind, view in DOORS:
        if is_draft and (view not in OF_DRAFTS or kind not in of):
            continue
        address, leasts = opened(route, of.get(kind)), least(kind, view, is_draft=is_draft)
        if view == "qr":
            paths = [path for _, path in to_copy(of[kind])]
            address, leasts = (f"{address}?path={paths[0]}", leasts) if paths else (address, (NOBODY, NOBODY))
        if view == "address" and not hasattr(of[kind], "slug"):
            leasts = (NOBODY, NOBODY)
        yield address, leasts


@pytest.mark.parametrize("who", [*BELOW, *ROLES])
@pytest.mark.parametrize("is_draft", [False, True])
def test_each_door_opens_to_those_whom_it_is_for_and_what_is_refused_changes_nothing(client, unwritten, who, is_draft):
    asked = list(requests(is_draft=is_draft))
    arrived(client, who)
    tried = [(method, address, role) for address, roles in asked for method, role in zip(METHODS, roles, strict=True)]
    is_open = {each: RANKS.index(who) >= RANKS.index(each[2]) for each in tried}
    if who == NO_ROLE:  # which the sign-in page would lead there and back for ever
        is_open |= {each: False for each in tried if each[1] == reverse("admin:login")}
    before, found = everything(), {}
    for method, address, role in sorted(tried, key=is_open.get):  # what is refused comes first
        if is_open[method, address, role] and method == "post":
            with transaction.atomic():
                found[method, address, role] = outcome(client.post(address)) == "let in"
                transaction.set_rollback(True)
        else:
            sent = HOSTILE if method == "post" else {}
            found[method, address, role] = outcome(getattr(client, method)(address, sent)) == "let in"
    wrong = [f"{each}: {'let in' if found[each] else 'refused'}" for each in tried if found[each] != is_open[each]]
    assert not wrong, "\n".join(wrong)
    assert differing(before, everything()) == []


@pytest.mark.parametrize("who", [STRANGER, ADMINISTRATOR])
def test_by_other_methods_than_those_of_browsers_nothing_is_done(client, unwritten, who):
    arrived(client, who)
    asked = [address for address, _ in requests(is_draft=False) if not re.search("/account/|/login/", address)]
    before = everything()
    for method in ("put", "patch", "delete", "trace"):
        found = [address for address in asked if outcome(getattr(client, method)(address)) != "refused"]
        assert found == [], method
    assert differing(before, everything()) == []
