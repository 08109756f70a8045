"""What it means to be published, to be withdrawn, and to keep every address that was given out."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, cast

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import NoReverseMatch

from sosafe_site.periods import today
from sosafe_site.publishing.admin_urls import edit_url
from sosafe_site.publishing.clock import moment, this_day
from sosafe_site.publishing.models.address import Address, issue, paths_of
from sosafe_site.publishing.models.change_note import ChangeNote
from sosafe_site.publishing.models.gap_answer import GapAnswer
from sosafe_site.publishing.models.readiness import Readiness
from sosafe_site.publishing.models.record import Record
from sosafe_site.publishing.models.revision import Revision
from sosafe_site.publishing.revisions.history import forget


def is_live(parent: str = "") -> Q:
    """The condition for being public by its own moments, of a record or, as "strategy", of what it is a part of."""
    prefix, now = f"{parent}__" if parent else "", moment()
    not_withdrawn = Q(**{f"{prefix}withdrawn_at": None}) | Q(**{f"{prefix}withdrawn_at__gt": now})
    return Q(**{f"{prefix}published_at__lte": now}) & not_withdrawn


class PublishableQuerySet(models.QuerySet):
    def published(self):
        """What the public may see now. A part of a draft is a draft, a part of what was withdrawn is withdrawn."""
        model = cast("type[Publishable]", self.model)
        found = self.filter(is_live())
        for parent in model.part_of:
            has_none = Q(**{parent: None}) if model._meta.get_field(parent).null else Q()
            found = found.filter(has_none | is_live(parent))
        return found

    def visible_to(self, user):
        """What this reader may open at its own address: staff preview drafts."""
        return self.all() if user.is_staff else self.published()

    def delete(self):
        """One by one, so that none with an address goes."""
        for record in list(self):
            cast("Publishable", record).delete()


class Publishable(Record):
    #: Foreign keys to what this is a part of
    part_of: tuple[str, ...] = ()
    #: Reverse relations to the parts whose addresses or publication hang on this
    parts: tuple[str, ...] = ()
    #: The reverse relations to what is edited on the same form, each with the fields that are edited there; none: all
    edited_with: dict[str, tuple[str, ...]] = {}
    #: The fields that touch() sets
    touched = ["updated_on"]
    #: Whether what it says is to be checked from time to time
    is_checked = True
    #: Whether it is a setting of the whole site rather than something that it tells
    is_of_the_site = False
    #: The route of the address that leads to whatever of its kind holds at the time, if there is one
    standing_route = ""
    #: The field of the moment at which it disappears by itself from every page, each of which may show it until then
    shows_until = ""
    #: What its addresses followed from when it was fetched; None: they are to be looked after when it is saved
    addressed_by: tuple[Any, ...] | None = None
    #: What is known of its form while an officer fills it in: admin/submission.py
    submission: Any = None

    published_at = models.DateTimeField(
        "published from",
        null=True,
        blank=True,
        help_text="Empty: a draft, which only staff see. A moment to come: it appears by itself then.",
    )
    withdrawn_at = models.DateTimeField(
        "withdrawn from",
        null=True,
        blank=True,
        help_text="Only for what is wrong or should never have been public. What is over has a last day instead.",
    )
    withdrawal_reason = models.TextField(
        "reason for withdrawing", blank=True, help_text="Readers who follow an old link are told this."
    )
    replaced_by = models.ForeignKey(
        Address,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Where readers of what was withdrawn should go instead.",
    )
    maintainer = models.ForeignKey(
        "publishing.Post",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="looked after by",
        help_text="The post that keeps it right and is reminded of its next check.",
    )
    # Of a check, which is no change of the content: models/check.py writes these, no form does
    checked_on = models.DateField("last checked", null=True, blank=True, editable=False)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    review_on = models.DateField("next check by", null=True, blank=True, editable=False)
    updated_on = models.DateField("content last changed", null=True, blank=True, editable=False)
    internal_notes = models.TextField(
        "officers’ notes", blank=True, help_text="Where the facts come from and what is still to do. Never public."
    )

    class Meta:
        abstract = True

    @property
    def has_come_out(self) -> bool:
        """Whether its moment has come, even if it was withdrawn since."""
        return self.published_at is not None and self.published_at <= moment()

    @property
    def is_published(self) -> bool:
        """Whether it is public by its own moments; published() also asks what it is a part of."""
        return self.has_come_out and not self.is_withdrawn

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None and self.withdrawn_at <= moment()

    @property
    def appears_at(self) -> datetime | None:
        """The moment at which it, or its draft, is to be published; with_moments() fetches those of many at once."""
        if "publish_at" in self.__dict__:
            return self.__dict__["publish_at"]
        return Readiness.objects.of(self).values_list("publish_at", flat=True).first()

    @property
    def state(self) -> str:
        if self.is_withdrawn:
            return "Withdrawn"
        if self.has_come_out:
            return "Published"
        return "Scheduled" if self.published_at or self.appears_at else "Draft"

    @property
    def successor(self) -> "Publishable | None":
        """What readers should go to instead, if that is public."""
        record = self.replaced_by.target if self.replaced_by else None
        return record if record and type(record).objects.published().filter(pk=record.pk).exists() else None

    def parents(self) -> list["Publishable"]:
        return [parent for name in self.part_of if (parent := getattr(self, name))]

    def suffixes(self) -> list[str]:
        """What stands at the end of its addresses; its own page is the empty one. Empty for what has no page."""
        return [""]

    @property
    def is_review_overdue(self) -> bool:
        return self.review_on is not None and self.review_on < today()

    def must_tell(self, changed: set[str], on: date) -> str:
        """Why readers have to be told of it; empty if not. A part's fields are such as "actions.what", or "actions"."""
        return ""

    def amends(self, changed: set[str], on: date) -> bool:
        """Whether a change of these fields is one of what was agreed by the day."""
        return False

    def get_page_url(self) -> str:
        """Where readers see it, if only among others."""
        return self.get_absolute_url()  # type: ignore[attr-defined]  # each model with a page has its own

    def get_edit_url(self) -> str:
        return edit_url(self)

    def address_words(self, suffix: str) -> str:
        """What officers call the address that ends so; nothing for one that they need not copy."""
        return "Permanent address"

    def touch(self) -> None:
        """Note that an officer changed the content today. Saves nothing."""
        self.updated_on = this_day()

    def clean(self) -> None:
        """Raises ValidationError when an address is another's, or when something public would become a draft."""
        if not self.is_one_of_many:
            [problem] = address_problems([self])
            if problem:
                raise problem

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any, **options: Any) -> Any:
        record = super().from_db(db, field_names, values, **options)
        if len(values) == len(cls._meta.concrete_fields):
            record.addressed_by = record.addressing()
        return record

    def addressing(self) -> tuple[Any, ...]:
        """What its addresses follow from, and since when they are given out."""
        parents = (getattr(self, f"{name}_id") for name in self.part_of)
        return (getattr(self, "slug", ""), self.published_at, *parents)

    def needs_settling(self, saved_fields: Iterable[str] | None) -> bool:
        if saved_fields is None:
            return self.addressed_by != self.addressing()
        return not {"slug", "published_at", *self.part_of}.isdisjoint(saved_fields)

    @classmethod
    def settle(cls, saved: list) -> None:
        """Issues their addresses and those of their parts."""
        if cls().suffixes():
            issue(saved)
        for record in saved:
            record.addressed_by = record.addressing()

    def delete(self, *args, **kwargs):
        """Raises ValidationError once the public has had its address: it can be ended, withdrawn or erased."""
        if Address.objects.of(self).issued().exists():
            raise ValidationError("The public has had this address. End it or withdraw it; it can't be deleted.")
        Address.objects.of(self).delete()
        Revision.objects.linked().of(self).delete()
        Readiness.objects.of(self).delete()
        return super().delete(*args, **kwargs)

    def why_it_stays(self) -> str:
        """Why it can't be erased, for officers; empty if it can."""
        return ""

    @transaction.atomic
    def erase(self, reason: str) -> None:
        """For what the law demands gone: deletes it, its parts and their history; its addresses give the reason.

        Raises ProtectedError when something that is no part of it needs it, ValidationError when the site does.
        """
        if why := self.why_it_stays():
            raise ValidationError(why)
        for relation in self.parts:
            for part in list(getattr(self, relation).all()):
                part.erase(reason)
        parents = [getattr(self, f"{name}_id") for name in self.part_of]
        LogEntry.objects.filter(content_type__model=self._meta.model_name, object_id=self.pk).delete()
        ChangeNote.objects.about([self]).delete()
        GapAnswer.objects.filter(record=str(self.pk)).delete()
        forget(self, [str(key) for key in parents if key])
        Address.objects.of(self).update(erased_because=reason)
        super().delete()


def address_problems(records: list) -> list[ValidationError | None]:
    """Of each of these records, all of one kind: that its address is another's, or that it hides what the public had.

    Two questions for all of them.
    """
    paths = [present_paths(record) for record in records]
    asked = [path for of_one in paths for path in of_one]
    given_out = dict(Address.objects.filter(path__in=asked).values_list("path", "record"))
    hiding = [what_hides(record) if of_one else None for record, of_one in zip(records, paths, strict=True)]
    hidden = [record for record, hides in zip(records, hiding, strict=True) if hides]
    had = set(Address.objects.of_all(hidden).issued().values_list("record", flat=True))

    def problem(record: Publishable, own: Iterable[str], hides: Publishable | None) -> ValidationError | None:
        if taken := sorted(path for path in own if given_out.get(path, record.pk) != record.pk):
            return ValidationError(
                {"slug": f"The address {taken[0]} was given out for something else, "
                 "and links to it must keep working. Choose another."}
            )  # fmt: skip
        if hides is None or record.pk not in had:
            return None
        if hides is not record:
            return ValidationError(
                f"The public has had this address, so it can't belong to “{hides}”, which is not public yet."
            )
        return ValidationError(
            {"published_at": "The public has had this address, so it can't become a draft again. "
             "If it is over, give its last day. If it must go, withdraw it with a reason."}
        )  # fmt: skip

    return [problem(*each) for each in zip(records, paths, hiding, strict=True)]


def present_paths(record: Publishable) -> dict[str, str]:
    """As paths_of(); none while what it is a part of, or its slug, is missing, which the form tells."""
    try:
        return paths_of(record)
    except (ObjectDoesNotExist, NoReverseMatch):
        return {}


def what_hides(record: Publishable) -> Publishable | None:
    """The record itself or what it is a part of, whichever is not public yet."""
    chain = (record, *record.parents())
    return next((each for each in chain if each.published_at is None or each.published_at > moment()), None)


def withdrawal_has_a_reason(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{name}_is_withdrawn_with_a_reason",
        condition=Q(withdrawn_at=None) | ~Q(withdrawal_reason=""),
        violation_error_message="Give the reason for withdrawing it: readers who follow an old link are told.",
    )


def last_change(records) -> date | None:
    """The newest day on which an officer changed any of these; None if none was ever changed since it was loaded."""
    return max((record.updated_on for record in records if record.updated_on), default=None)


def last_change_of_words(whole: Publishable, parts: Iterable[Publishable]) -> date | None:
    """Of a page that shows those of its parts. None while nobody has looked at its own: parts don't vouch for it."""
    return last_change([whole, *parts]) if whole.updated_on or whole.checked_on else None


def check_of_words(whole: Publishable, parts: Iterable[Publishable]) -> dict[str, Any]:
    """When a page that shows those of its parts was checked: by the oldest check, and whether one of them never was."""
    checks = [part.checked_on for part in parts]
    if whole.checked_on is None or not all(checks):
        return {"checked_on": whole.checked_on, "has_unchecked_parts": not all(checks)}
    return {"checked_on": min([whole.checked_on, *filter(None, checks)]), "has_unchecked_parts": False}
