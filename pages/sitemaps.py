from typing import Any

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from meetings.models import Group, PublicMeeting
from pages.models import Page
from partners.models import ActionPlan, Objective, Partner, Priority, Strategy
from sosafe_site.publishing.models import Document


class Published(Sitemap):
    """Every public page that search engines should know."""

    limit = 50_000

    def items(self):
        kinds: list[Any] = [
            Page.objects,
            Partner.objects,
            Strategy.objects,
            Objective.objects.select_related("strategy"),
            ActionPlan.objects,
            Priority.objects.select_related("plan"),
            Group.objects,
            PublicMeeting.objects,
            Document.objects,
        ]
        return [record for kind in kinds for record in kind.published().order_by("pk")]

    def lastmod(self, record):
        return record.updated_on


class Lists(Sitemap):
    """Pages that are no record's."""

    def items(self):
        return ["public-meetings", "past-public-meetings"]

    def location(self, name):
        return reverse(name)
