from django.db import models
from django.db.models import Q
from django.urls import reverse

from pages.models.page import GET_HELP
from pages.models.telephone import TelephoneField, dialled, with_words
from sosafe_site.publishing.models.publishable import Publishable, PublishableQuerySet, withdrawal_has_a_reason


class ReportingRouteQuerySet(PublishableQuerySet):
    def without_voice(self):
        """Those that people can use who cannot hear or speak on the phone, without signing up on a website."""
        return self.exclude(text_number="", relay_number="")


class ReportingRoute(Publishable):
    """A way to get help or to report something: one record, shown on every page that offers it."""

    piece_in_text = "components/shown/route.html"

    name = models.CharField(max_length=80, help_text="What it is for, such as “Emergency”.")
    when_to_use = models.CharField("when to use it", max_length=200)
    who_for = models.CharField(
        "who it is for",
        max_length=120,
        blank=True,
        help_text="Ends the sentence “It is for …”, such as “people who rent from the council”. Empty: everybody.",
    )
    telephone = TelephoneField(help_text="The number alone, with spaces, as people say it.")
    telephone_words = models.CharField(
        "words after the number",
        max_length=80,
        blank=True,
        help_text="What to do once it answers, such as “then choose option 2” or “extension 2”.",
    )
    text_number = TelephoneField("number for text messages")
    text_words = models.CharField(
        "words after the number for texts", max_length=80, blank=True, help_text="Such as “begin with the word HELP”."
    )
    relay_number = TelephoneField(
        "number for text relay",
        help_text="For people who cannot hear or speak on the phone. Whole, with what comes before the usual number.",
    )
    in_person = models.CharField(
        "where to go, or whom to ask",
        max_length=200,
        blank=True,
        help_text="A way without a number, such as “Ask at the front desk of the council offices, Danestrete”.",
    )
    website = models.URLField(blank=True, max_length=2000)
    website_label = models.CharField(
        "words of the link to it",
        max_length=80,
        blank=True,
        help_text="Where it leads, such as “Report on the police website”.",
    )
    hours = models.CharField(max_length=120, blank=True)
    is_emergency = models.BooleanField("for danger right now", default=False, help_text="Shown first and in red.")
    is_on_home_page = models.BooleanField("on the home page and at the foot of every page", default=False)
    position = models.PositiveSmallIntegerField("order in lists", default=100, help_text="Lower numbers come first.")

    objects = ReportingRouteQuerySet.as_manager()

    class Meta:
        verbose_name = "way to get help"
        verbose_name_plural = "ways to get help"
        ordering = ["-is_emergency", "position", "name"]
        constraints = [
            withdrawal_has_a_reason("reporting_route"),
            models.CheckConstraint(
                name="reporting_route_leads_somewhere",
                condition=~Q(telephone="")
                | ~Q(text_number="")
                | ~Q(relay_number="")
                | ~Q(website="")
                | ~Q(in_person=""),
                violation_error_message="Give at least one of: a telephone number, a number for texts or text relay, "
                "a website, where to go or whom to ask.",
            ),
            models.CheckConstraint(
                name="reporting_route_names_its_website",
                condition=Q(website="") | ~Q(website_label=""),
                violation_error_message="Give the words of the link to the website.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.telephone})" if self.telephone else self.name

    def get_page_url(self) -> str:
        return reverse("page", args=[GET_HELP])

    def suffixes(self) -> list[str]:
        return []  # it has no page of its own

    @property
    def has_number(self) -> bool:
        return bool(self.telephone or self.text_number or self.relay_number)

    @property
    def telephone_said(self) -> str:
        return with_words(self.telephone, self.telephone_words)

    @property
    def text_number_said(self) -> str:
        return with_words(self.text_number, self.text_words)

    @property
    def dialled(self) -> str:
        return dialled(self.telephone)

    @property
    def dialled_for_text(self) -> str:
        return dialled(self.text_number)

    @property
    def dialled_for_relay(self) -> str:
        return dialled(self.relay_number)
