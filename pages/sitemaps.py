from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from meetings.models import Group, PublicMeeting
from pages.models import Page
from partners.models import ActionPlan, Objective, Partner, Priority, Strategy
from sosafe_site.publishing.models import Document


class OwnSitemap(Sitemap):
    """Under the site's own address, whatever host the request names."""

    def get_protocol(self, protocol=None):
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc


class Published(OwnSitemap):
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


class Lists(OwnSitemap):
    """Pages that are no record's."""

    def items(self):
        return ["public-meetings", "past-public-meetings"]

    def location(self, name):
        return reverse(name)
