import sys
from typing import Any

from django.core.management.base import BaseCommand

from pages.coherence.links import links_in_public_texts
from pages.link_crawl.crawl import bad_links
from pages.models import BadLink
from sosafe_site.periods import today
from sosafe_site.publishing.models.run import noted


class Command(BaseCommand):
    help = (
        "Follows every link of the public pages, to this site and to others, and puts those that lead nowhere or have "
        "moved on the officers' list. What may pass by itself, such as a server that does not answer, is reported "
        "when a second run meets it too. Exit status: 0 when there is nothing to report, 1 when there is something."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with noted("check_links"):
            found, written = list(bad_links()), links_in_public_texts()
            for bad in found:
                bad.found_on, bad.is_in_text = today(), bad.link in written
            BadLink.objects.replace(found)
        reported = list(BadLink.objects.certain())
        for bad in reported:
            self.stdout.write(f"{bad}\n  on {', '.join(bad.pages)}")
        if waiting := len(found) - len(reported):
            self.stdout.write(f"{waiting} failed in a way that may pass; reported if the next run meets it too.")
        if reported:
            sys.exit(1)
        self.stdout.write("No link that leads nowhere or has moved.")
