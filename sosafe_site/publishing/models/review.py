"""Who looks after a record, and by when it is to be read again."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.mail import send_mail
from django.db import models, transaction
from django.template.loader import render_to_string

from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.publishing.models.record import Record

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
        help_text="Is written to as well once a review is overdue.",
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


def under_review(until: date) -> Iterator[Publishable]:
    """What is public and is to be reviewed by that day, whoever looks after it."""
    kinds: list[Any] = [model for model in apps.get_models() if issubclass(model, Publishable)]
    for kind in kinds:
        due = kind.objects.published().filter(review_on__lte=until)
        yield from due.select_related("maintainer__deputy", *kind.part_of).order_by("review_on")


def remind(post: Post, records: list[Publishable]) -> bool:
    """Writes to the post about those of the records that it was not written to about yet. Whether there were any.

    Raises OSError when the mail server doesn't take the message; then nothing is noted, and the next run tries again.
    """
    with transaction.atomic():
        news = [record for record in records if note_reminder(post, record)]
        if news:
            send_mail(
                f"{settings.SITE_URL}: {len(news)} page{'s' if len(news) > 1 else ''} to review",
                render_to_string("publishing/review_reminder.txt", {"records": news, "site_url": settings.SITE_URL}),
                None,
                [post.email],
            )
    return bool(news)


def note_reminder(post: Post, record: Publishable) -> bool:
    """Whether it was still to be noted. Once before the day, once after it."""
    what = {"record": record.pk, "review_on": record.review_on, "is_overdue": record.is_review_overdue}
    return ReviewReminder.objects.get_or_create(None, post=post, **what)[1]
