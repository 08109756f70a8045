from django.contrib.sitemaps import Sitemap

from meetings.models import Group
from pages.models import Page
from partners.models import ActionPlan, Objective, Partner, Priority, Strategy
from sosafe_site.publishing.models import Document


class Published(Sitemap):
    """Every public page that search engines should know."""

    limit = 50_000

    def items(self):
        models = (Page, Partner, Strategy, Objective, ActionPlan, Priority, Group, Document)
        parents = {Objective: ["strategy"], Priority: ["plan"]}
        return [
            record
            for model in models
            for record in model.objects.published().select_related(*parents.get(model, [])).order_by("pk")
        ]

    def lastmod(self, record):
        return record.updated_on
