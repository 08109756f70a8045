"""Who did what, when and from which session, across the whole site: written with the act, and never rewritten.

It names accounts, sessions and records by number alone, so that nothing in it has to change when an account is made
anonymous or a record is erased. The words that people know them by are looked up when it is read. It holds nothing
about readers, no address of a computer, and nothing that was typed to sign in: people type passwords there.

The database itself refuses to change or erase an entry: audit_guard.py.
"""

from datetime import timedelta
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from sosafe_site.publishing.clock import right_now

SESSION = "audit"  # in a session that got another key: what the log calls it
AN_HOUR = timedelta(hours=1)
MOST_IN_AN_HOUR = 200  # of what anybody can bring about as often as he likes, so that nobody can fill the disk with it
AND_MORE = "There were more in this hour; they are not written down."


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def over(self) -> "AuditQuerySet":
        """Those that have been kept for as long as is stated."""
        return self.filter(at__lt=right_now() - AuditEntry.KEPT)


class AuditEntry(models.Model):
    is_public_content = False
    KEPT = timedelta(days=730)

    class Kind(models.TextChoices):
        SIGNED_IN = "signed-in", "Signed in"
        SIGN_IN_FAILED = "sign-in-failed", "Wrong name or password"
        SIGNED_OUT = "signed-out", "Signed out"
        SIGNED_OUT_ELSEWHERE = "signed-out-elsewhere", "Signed out elsewhere"
        LOCKED_OUT = "locked-out", "Made to wait after wrong sign-ins"
        CONFIRMED = "confirmed", "Gave password or code again"
        FACTOR_ADDED = "factor-added", "Second factor added"
        FACTOR_REMOVED = "factor-removed", "Second factor removed"
        FACTOR_FAILED = "factor-failed", "Wrong second factor"
        CODES_RENEWED = "codes-renewed", "New recovery codes made"
        CODE_USED = "code-used", "Recovery code used"
        PASSWORD_CHANGED = "password-changed", "Password changed"
        LINK_MADE = "link-made", "Link for a new password made"
        LINK_ASKED = "link-asked", "Link for a new password asked for by e-mail"
        INVITED = "invited", "Colleague invited"
        ACCOUNT_MADE = "account-made", "Account made"
        ACCOUNT_CHANGED = "account-changed", "Account changed"
        ROLE_CHANGED = "role-changed", "Role changed"
        ACCOUNT_CLOSED = "account-closed", "Account closed"
        ACCOUNT_OPENED = "account-opened", "Account opened again"
        ANONYMISED = "anonymised", "Account made anonymous"
        HANDED_OVER = "handed-over", "Work handed over"
        PUBLISHED = "published", "Published"
        SCHEDULED = "scheduled", "Set to be published"
        WITHDRAWN = "withdrawn", "Withdrawn"
        TAKEN_BACK = "taken-back", "Taken back to draft"
        TAKEN_DOWN = "taken-down", "Alert taken down"
        SHARED = "shared", "Link to a draft made"
        UNSHARED = "unshared", "Link to a draft stopped"
        DELETED = "deleted", "Deleted"
        ERASED = "erased", "Erased for good"
        SETTINGS = "settings", "Settings changed"
        EXPORTED = "exported", "List exported"
        REFUSED = "refused", "Refused: no permission"

    # What a stranger or a program can bring about over and over
    ENDLESS = frozenset({Kind.SIGN_IN_FAILED, Kind.LOCKED_OUT, Kind.FACTOR_FAILED, Kind.LINK_ASKED, Kind.REFUSED})

    at = models.DateTimeField("when", db_index=True)
    kind = models.CharField("what", max_length=20, choices=Kind)
    account = models.PositiveBigIntegerField("account", null=True)  # of whoever did it; none: somebody not signed in
    session = models.CharField(max_length=12, db_index=True)  # the same for all of one sign-in
    model = models.CharField(max_length=60)  # of the record that it was done to, if there is one
    record = models.CharField(max_length=36)
    words = models.TextField("more about it")

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = "audit log entry"
        verbose_name_plural = "audit log entries"
        ordering = ["-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["kind", "at"], name="audit_of_a_kind"),
            models.Index(fields=["account"], name="audit_of_an_account"),
            models.Index(fields=["record"], name="audit_of_a_record"),
        ]

    def __str__(self) -> str:
        return f"{self.Kind(self.kind).label}, {self.at:%Y-%m-%d %H:%M}"


def session_of(request: HttpRequest) -> str:
    """By which entries of one sign-in belong together, and from which nobody gets its key; empty without one."""
    key = request.session.session_key
    if not key:
        return ""
    return request.session.get(SESSION) or salted_hmac("audit", key, algorithm="sha256").hexdigest()[:12]


def give_another_key(request: HttpRequest) -> None:
    """To a session that stays the same sign-in."""
    request.session[SESSION] = session_of(request)
    request.session.cycle_key()


def audit(
    kind: AuditEntry.Kind,
    *,
    by: Any,
    words: str = "",
    record: models.Model | None = None,
    request: HttpRequest | None = None,
) -> None:
    """Writes down what "by" (None: somebody not signed in, or the site itself) has done, to a record if to any.

    Called within the transaction of the act, so that there is never one without the other. The words may hold what
    a role or a field is called, never a name, a title or anything else that a record or an account says of itself.
    An account carries its session where a request of the admin gives it: see OfficersSite.admin_view().
    """
    now = right_now()
    if kind in AuditEntry.ENDLESS:
        written = AuditEntry.objects.filter(kind=kind, at__gt=now - AN_HOUR).count()
        if written >= MOST_IN_AN_HOUR:
            return
        if written == MOST_IN_AN_HOUR - 1:
            words = AND_MORE
    AuditEntry.objects.create(
        at=now,
        kind=kind,
        account=getattr(by, "pk", None),
        session=session_of(request) if request else getattr(by, "audit_session", ""),
        model=record._meta.label_lower if record else "",
        record=str(record.pk) if record else "",
        words=words,
    )
