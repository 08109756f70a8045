import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from pages.coherence import attention
from sosafe_site.periods import today


class Command(BaseCommand):
    help = (
        "Prints what needs the officers' attention, ranked as on the admin's first page, each with the address "
        "of the form that mends it. Exit status: 0 when there is nothing, 1 when there is something."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        asked = attention(today()).asked
        for rank, kinds in asked.items():
            self.stdout.write(f"{rank}:")
            for found in kinds.values():
                for finding in found:
                    self.stdout.write(f"{finding.sentence}\n  {settings.SITE_URL}{finding.url}")
        if asked:
            sys.exit(1)
        self.stdout.write("Nothing: all is complete and in date.")
