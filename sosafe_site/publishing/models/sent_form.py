"""That a form is saved once, however often it is sent: by a double click, or again from the history of a browser."""

import uuid
from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from sosafe_site.publishing.clock import moment

REMEMBERED = timedelta(days=2)
SENT_ALREADY = (
    "This was sent twice, and was saved the first time. If you have changed something since, change it here once more."
)


class SentFormQuerySet(models.QuerySet["SentForm"]):
    def over(self) -> "SentFormQuerySet":
        """Those that nobody sends again any more."""
        return self.filter(sent_at__lt=moment() - REMEMBERED)

    def note(self, number: uuid.UUID) -> "tuple[SentForm, bool]":
        """The form with this number, and whether it is the first time that it was sent.

        Within a transaction: whoever sends it a second time waits for what becomes of the first.
        """
        self.over().delete()
        try:
            with transaction.atomic():
                return self.create(pk=number, sent_at=moment()), True
        except IntegrityError:
            return self.get(pk=number), False


class SentForm(models.Model):
    is_public_content = False

    number = models.UUIDField(primary_key=True, editable=False)  # given to the form when it is opened
    leads_to = models.TextField(editable=False)  # the page that follows it
    sent_at = models.DateTimeField(editable=False)

    objects = SentFormQuerySet.as_manager()

    class Meta:
        default_permissions = ()  # it is the site's own note

    def __str__(self) -> str:
        return f"A form sent at {self.sent_at}"


def number_of(request: HttpRequest) -> uuid.UUID | None:
    """What its form was given when it was opened."""
    try:
        return uuid.UUID(request.POST.get("_number", ""))
    except ValueError:
        return None


def once(request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
    """What the view answers; to a form that was saved already, where that led. A preview saves nothing."""
    number = number_of(request)
    if number is None or "_preview" in request.POST:
        return view()
    with transaction.atomic():
        sent, is_first = SentForm.objects.note(number)
        if not is_first:
            messages.warning(request, SENT_ALREADY)
            return redirect(sent.leads_to)
        response = view()
        if isinstance(response, HttpResponseRedirect):
            sent.leads_to = response.url
            sent.save()
        else:  # nothing was saved, and the same form is sent again once it is mended
            sent.delete()
    # For whoever has to say what a failure after this means
    request.is_saved = isinstance(response, HttpResponseRedirect)  # type: ignore[attr-defined]  # our own mark
    return response
