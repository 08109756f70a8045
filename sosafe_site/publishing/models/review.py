"""Who looks after a record, when it was last checked, and by when it is to be checked again."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.mail import send_mail
from django.db import models, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format

from sosafe_site.partial_dates import DATE_WORDS
from sosafe_site.publishing.clock import this_day
from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.publishing.models.record import Record
from sosafe_site.publishing.revisions.history import CHECKED, PLANNED, note
from sosafe_site.publishing.revisions.snapshot import Content, snapshot, with_all, with_parents

NOTICE = timedelta(days=14)  # before the day


class Post(Record):
    """A post, never a person: whoever holds it looks after the pages."""

    is_public_content = False

    title = models.CharField("post", max_length=120, unique=True, help_text="Such as Community Safety Manager.")
    email = models.EmailField("e-mail address", help_text="Of the post or its team. Never public; reminders go there.")
    deputy = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        help_text="Is written to as well once a check is overdue.",
    )

    class Meta:
        verbose_name = "post that looks after pages"
        verbose_name_plural = "posts that look after pages"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class ReviewReminder(models.Model):
    """That a post was written to about a review, so that it is not written to twice."""

    is_public_content = False

    post = models.ForeignKey(Post, on_delete=models.CASCADE)
    record = models.UUIDField()
    review_on = models.DateField()
    is_overdue = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="post_is_reminded_once",
                fields=["post", "record", "review_on", "is_overdue"],
                violation_error_message="This post has been reminded of that already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.post}, {self.review_on}"


def kinds_to_check() -> list[Any]:
    return [model for model in apps.get_models() if issubclass(model, Publishable) and model.is_checked]


def under_review(until: date) -> Iterator[Publishable]:
    """What is public and is to be checked by that day, whoever looks after it."""
    for kind in kinds_to_check():
        due = kind.objects.published().filter(review_on__lte=until)
        yield from due.select_related("maintainer__deputy", *kind.part_of).order_by("review_on")


def a_year_on(day: date) -> date:
    """The same day a year later; of 29 February, the last of that month."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def tick(record: Publishable, content: Content) -> str:
    """What a box sends by which this record is checked as it was seen: another one after each change of its content."""
    seen = sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
    return f"{record._meta.label_lower}:{record.pk}:{seen}"


@transaction.atomic
def confirm(kind: Any, ticks: Sequence[str], by: Any, review_on: date, *, is_check: bool = True) -> tuple[list, list]:
    """Notes that the records of this kind that were ticked were checked and are right, or only the next day for it.

    A check is no change: it dates no words and tells readers of none. Gives the records of which it was noted, and
    those that have changed since they were seen or are not public any more. What is gone altogether is in neither.
    """
    keys = [each.split(":")[1] for each in ticks]
    public = set(kind.objects.published().filter(pk__in=keys).values_list("pk", flat=True))
    asked = ready_to_tick(kind.objects.filter(pk__in=keys))
    noted = [each for each in asked if each.pk in public and tick(each, snapshot(each)) in ticks]
    check = {"checked_on": this_day(), "checked_by": by} if is_check else {}
    kind.objects.filter(pk__in=[each.pk for each in noted]).update(review_on=review_on, **check)
    note(noted, by, f"{CHECKED if is_check else PLANNED} Next check by {date_format(review_on, DATE_WORDS)}.")
    return noted, [each for each in asked if each not in noted]


def ready_to_tick(records: Any) -> list[Any]:
    """With all by which they are named and known again, in so many queries for any number of them."""
    found = with_all(with_parents(records))
    return list(found.with_judged() if hasattr(found, "with_judged") else found)


def remind(post: Post, records: list[Publishable]) -> bool:
    """Writes to the post about those of the records that it was not written to about yet. Whether there were any.

    Raises OSError when the mail server doesn't take the message; then nothing is noted, and the next run tries again.
    """
    with transaction.atomic():
        news = [record for record in records if note_reminder(post, record)]
        if news:
            context = {"records": news, "site_url": settings.SITE_URL, "list_url": reverse("admin:check")}
            send_mail(
                f"{settings.SITE_URL}: {len(news)} page{'s' if len(news) > 1 else ''} to check",
                render_to_string("publishing/review_reminder.txt", context),
                None,
                [post.email],
            )
    return bool(news)


def note_reminder(post: Post, record: Publishable) -> bool:
    """Whether it was still to be noted. Once before the day, once after it."""
    what = {"record": record.pk, "review_on": record.review_on, "is_overdue": record.is_review_overdue}
    return ReviewReminder.objects.get_or_create(None, post=post, **what)[1]
