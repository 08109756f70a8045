from typing import Any

from django.core.management.base import BaseCommand

from sosafe_site.publishing.models.run import noted
from sosafe_site.publishing.revisions.schedule import publish_due


class Command(BaseCommand):
    help = (
        "Publishes what was set to be published by now. The next visitor's page does so too: run this every minute or "
        "so for the times when nobody visits."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with noted("publish_due"):
            count = publish_due()
        self.stdout.write(f"{count} published.")
