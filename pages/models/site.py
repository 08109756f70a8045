from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from pages.models.page import CONTACT
from pages.models.telephone import TelephoneField, dialled, with_words
from sosafe_site.publishing.mail import can_send
from sosafe_site.publishing.models.publishable import Publishable, PublishableQuerySet
from sosafe_site.publishing.text.field import RichTextField

# No two alike: who looks for drafts or notes of many records knows each by its key
SITE_SETTINGS, ACCESSIBILITY_STATEMENT = UUID(int=1), UUID(int=2)


class OnlyOne(Publishable):
    """What there is one of, shown on pages of others, always public: only its words are drafted and published."""

    KEY: ClassVar[UUID]

    objects = PublishableQuerySet.as_manager()

    class Meta:
        abstract = True

    def suffixes(self) -> list[str]:
        return []  # it has no page of its own

    def why_it_stays(self) -> str:
        return "The site depends on this. Its words can be changed, but it can’t go."


def only_one(name: str, key: UUID) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"there_is_one_{name}", condition=Q(pk=key), violation_error_message="There can be only one of these."
    )


def stays_published(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{name}_is_published",
        condition=Q(published_at__isnull=False, withdrawn_at=None),
        violation_error_message="The site depends on this, so it can't become a draft or be withdrawn.",
    )


class Names(NamedTuple):
    name: str
    partnership: str


class SiteSettings(OnlyOne):
    is_of_the_site = True
    KEY = SITE_SETTINGS

    #: As this process last read or wrote them: for what must answer without the database; None before that
    last_names: ClassVar[Names | None] = None
    piece_in_text = "components/shown/contact.html"

    id = models.UUIDField(primary_key=True, default=KEY, editable=False)
    name = models.CharField("short name", max_length=40)
    partnership = models.CharField("full name of the partnership", max_length=120)
    address = models.TextField("postal address", blank=True, help_text="One line for each line of the address.")
    telephone = TelephoneField(help_text="The number alone, with spaces, as people say it.")
    telephone_words = models.CharField(
        "words after the number", max_length=80, blank=True, help_text="Such as “extension 2”."
    )
    email = models.EmailField("e-mail address", blank=True)
    opening_hours = models.CharField(max_length=200, blank=True)
    mailbox = models.EmailField(
        "mailbox for messages from the website",
        blank=True,
        help_text="Gets what readers send with the form on the contact page. Never shown. If empty, there is no form.",
    )
    leave_url = models.URLField(
        "where “Leave this site” goes",
        blank=True,
        help_text="A harmless page, for people who must not be seen reading about help. If empty, no button.",
        max_length=2000,
    )
    footer_note = models.CharField("line at the foot of every page", max_length=200, blank=True)

    untold = Publishable.untold | {"mailbox"}

    class Meta:
        verbose_name = verbose_name_plural = "site and contact details"
        constraints = [only_one("site_settings", SITE_SETTINGS), stays_published("site_settings")]

    def __str__(self) -> str:
        return "Site and contact details"

    def get_page_url(self) -> str:
        return reverse("page", args=[CONTACT])

    @classmethod
    def from_db(cls, *args: Any, **options: Any) -> Any:
        site = super().from_db(*args, **options)
        transaction.on_commit(site.remember)  # of a draft that was applied to be seen, nothing stays
        return site

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        transaction.on_commit(self.remember)

    def remember(self) -> None:
        SiteSettings.last_names = Names(self.name, self.partnership)

    @property
    def takes_messages(self) -> bool:
        """Whether what readers send can reach the officers: e-mail that is only printed in a terminal can't."""
        return bool(self.mailbox) and can_send()

    @property
    def telephone_said(self) -> str:
        return with_words(self.telephone, self.telephone_words)

    @property
    def dialled(self) -> str:
        return dialled(self.telephone)


class AccessibilityStatement(OnlyOne):
    """The parts that SI 2018/952, regulation 8(4), requires, each in a field of its own."""

    KEY = ACCESSIBILITY_STATEMENT

    class Status(models.TextChoices):
        NOT_ASSESSED = "not-assessed", "not yet fully assessed against"
        FULL = "full", "fully compliant with"
        PARTIAL = "partial", "partially compliant with"
        NONE = "none", "not compliant with"

    id = models.UUIDField(primary_key=True, default=KEY, editable=False)
    standard = models.CharField(max_length=120)
    status = models.CharField("this website is", max_length=16, choices=Status, default=Status.NOT_ASSESSED)
    scope = models.TextField("what this statement covers")
    not_accessible = RichTextField("content that is not accessible, and why")
    alternatives = RichTextField("accessible alternatives", blank=True)
    feedback = RichTextField("how to report problems or ask for another format", blank=True)
    enforcement = RichTextField("enforcement procedure")
    enforcement_url = models.URLField("link to the enforcement procedure", max_length=2000)
    testing = RichTextField("how this website was tested")
    prepared_on = models.DateField("statement prepared on", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "accessibility statement"
        constraints = [
            only_one("accessibility_statement", ACCESSIBILITY_STATEMENT),
            stays_published("accessibility_statement"),
        ]

    def __str__(self) -> str:
        return "Accessibility statement"

    def get_page_url(self) -> str:
        return reverse("page", args=["accessibility"])
