"""What becomes of an account when its owner leaves: closed, its work handed over, and on wish made anonymous."""

from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from sosafe_site.accounts.links import end_links
from sosafe_site.accounts.roles import ADMINISTRATOR
from sosafe_site.accounts.sessions import end_sessions
from sosafe_site.publishing.models import Post, ReviewReminder
from sosafe_site.publishing.models.audit import AuditEntry, audit
from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.publishing.revisions.history import log

FORMER = "a former officer ({})"  # which nobody can choose as a name: it has spaces


def is_anonymous(account: User) -> bool:
    return account.username == FORMER.format(account.pk)


def make_sure_of_another_administrator(account: User) -> None:
    """Raises ValidationError when this is the last who can sign in and look after accounts and settings.

    Within a transaction: of two who take each other's role at once, the second waits, and is refused.
    """
    can_enter = User.objects.select_for_update(of=("self",)).filter(is_active=True, is_staff=True).exclude(password="")
    can_enter = can_enter.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    administrators = can_enter.filter(Q(is_superuser=True) | Q(groups__name=ADMINISTRATOR))
    if {administrator.pk for administrator in administrators} == {account.pk}:
        raise ValidationError("Nobody else is an administrator. Make another account one first.")


@dataclass
class LookedAfter:
    """What reminders about would go to somebody who has left."""

    posts: list[Post]
    records: int
    checks: int  # of the records, those with a day by which they are to be checked
    stands_in: int  # posts of which one of these is the deputy

    @classmethod
    def by(cls, account: User) -> "LookedAfter":
        posts = posts_of(account)
        counted = (
            [count_of(kind, posts) for kind in apps.get_models() if issubclass(kind, Publishable)] if posts else []
        )
        return cls(
            posts,
            sum(records for records, _ in counted),
            sum(checks for _, checks in counted),
            Post.objects.filter(deputy__in=posts).count(),
        )


def count_of(kind: type[Publishable], posts: list[Post]) -> tuple[int, int]:
    found = kind._default_manager.filter(maintainer__in=posts)
    return found.count(), found.exclude(review_on=None).count()


def posts_of(account: User) -> list[Post]:
    return list(Post.objects.filter(email__iexact=account.email)) if account.email else []


def heirs_of(account: User) -> list[tuple[str, str]]:
    """Who can take over what it looked after: colleagues and other posts, as (e-mail address, in words)."""
    colleagues = User.objects.filter(is_active=True).exclude(email="").exclude(pk=account.pk).order_by("username")
    posts = Post.objects.exclude(email__iexact=account.email)
    return [
        *((each.email, f"{each.get_full_name() or each.username}, {each.email}") for each in colleagues),
        *((each.email, f"{each.title}, {each.email}") for each in posts),
    ]


@transaction.atomic
def close(account: User, by: Any, heir: str = "") -> None:
    """Ends all by which it could be entered, at once. Its posts get the e-mail address of who takes over.

    Raises ValidationError for the last administrator.
    """
    make_sure_of_another_administrator(account)
    if heir:
        hand_over(account, by, heir)
    account.is_active = False
    account.save(update_fields=["is_active"])
    end_links(account)
    take_away_second_factors(account)
    log(account, by, "Closed.")
    audit(AuditEntry.Kind.ACCOUNT_CLOSED, by=by, record=account)


def hand_over(account: User, by: Any, heir: str) -> None:
    """A post stays what it is, with its pages and days; its new holder is reminded of what the former one was."""
    posts = posts_of(account)
    for post in posts:
        post.email = heir
        post.save(update_fields=["email"])
        log(post, by, "Given to somebody else, since its officer has left.")
        audit(AuditEntry.Kind.HANDED_OVER, by=by, record=post)
    ReviewReminder.objects.filter(post__in=posts).delete()


def take_away_second_factors(account: User) -> None:
    """And ends the sign-ins: one of them may be that of who found the telephone."""
    Authenticator.objects.filter(user=account).delete()
    end_sessions(account)


@transaction.atomic
def make_anonymous(account: User, by: Any) -> None:
    """Of a closed account, for good. What it did stays, as done by a former officer."""
    account.username = FORMER.format(account.pk)
    account.first_name = account.last_name = account.email = ""
    account.save()
    account.groups.clear()
    of_it = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=str(account.pk))
    of_it.update(object_repr=str(account))
    log(account, by, "Made anonymous.")
    audit(AuditEntry.Kind.ANONYMISED, by=by, record=account)


@transaction.atomic
def reopen(account: User, by: Any) -> None:
    """With its role, and without anything by which it was entered before."""
    account.is_active = True
    account.save(update_fields=["is_active"])
    end_links(account)
    log(account, by, "Reopened.")
    audit(AuditEntry.Kind.ACCOUNT_OPENED, by=by, record=account)
