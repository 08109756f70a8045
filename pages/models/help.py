from django.db import models
from django.db.models import Q
from django.urls import reverse

from pages.models.page import GET_HELP
from pages.models.site import dialled
from sosafe_site.publishing.models.publishable import Publishable, PublishableQuerySet, withdrawal_has_a_reason


class ReportingRouteQuerySet(PublishableQuerySet):
    def without_voice(self):
        """Those that people can use who cannot hear or speak on the phone, without signing up on a website."""
        return self.exclude(text_number="", relay_number="")


class ReportingRoute(Publishable):
    """A way to get help or to report something: one record, shown on every page that offers it."""

    name = models.CharField(max_length=80, help_text="What it is for, such as “Emergency”.")
    when_to_use = models.CharField("when to use it", max_length=200)
    who_for = models.CharField(
        "who it is for",
        max_length=120,
        blank=True,
        help_text="Ends the sentence “It is for …”, such as “people who rent from the council”. Empty: everybody.",
    )
    telephone = models.CharField(max_length=30, blank=True, help_text="With spaces, as people say it.")
    text_number = models.CharField("number for text messages", max_length=30, blank=True)
    relay_number = models.CharField(
        "number for text relay",
        max_length=30,
        blank=True,
        help_text="For people who cannot hear or speak on the phone. Whole, with what comes before the usual number.",
    )
    website = models.URLField(blank=True)
    website_label = models.CharField(
        "words of the link to it",
        max_length=80,
        blank=True,
        help_text="Where it leads, such as “Report on the police website”.",
    )
    hours = models.CharField(max_length=120, blank=True)
    is_emergency = models.BooleanField("for danger right now", default=False, help_text="Shown first and in red.")
    is_on_home_page = models.BooleanField("on the home page and at the foot of every page", default=False)
    checked_on = models.DateField(
        "last checked", null=True, blank=True, help_text="The day on which somebody tried it and it was right."
    )
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
                condition=~Q(telephone="") | ~Q(text_number="") | ~Q(relay_number="") | ~Q(website=""),
                violation_error_message="Give at least one of: a telephone number, a number for texts or text relay, "
                "a website.",
            ),
            models.CheckConstraint(
                name="reporting_route_names_its_website",
                condition=Q(website="") | ~Q(website_label=""),
                violation_error_message="Give the words of the link to the website.",
            ),
            models.CheckConstraint(
                name="reporting_route_on_home_page_has_a_number",
                condition=Q(is_on_home_page=False) | ~Q(telephone=""),
                violation_error_message="The home page shows telephone numbers, so this one needs a number.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.telephone})" if self.telephone else self.name

    def get_page_url(self) -> str:
        return reverse("page", args=[GET_HELP])

    def suffixes(self) -> list[str]:
        return []  # it has no page of its own

    @property
    def dialled(self) -> str:
        return dialled(self.telephone)

    @property
    def dialled_for_text(self) -> str:
        return dialled(self.text_number)

    @property
    def dialled_for_relay(self) -> str:
        return dialled(self.relay_number)
