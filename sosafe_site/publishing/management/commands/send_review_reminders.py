from collections import defaultdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sosafe_site.periods import today
from sosafe_site.publishing.mail import can_send
from sosafe_site.publishing.models.review import NOTICE, Post, remind, under_review
from sosafe_site.publishing.models.run import noted

NO_SERVER = "There is no mail server, so no reminder was sent. Name one in the setting EMAIL_URL."


class Command(BaseCommand):
    help = (
        "Writes to the posts that look after pages: two weeks before a check is due, and once more, to the deputy as "
        "well, when its day has passed. Nobody is written to twice about the same; run it every day."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        letters: dict[Post, list] = defaultdict(list)
        for record in under_review(today() + NOTICE):
            if record.maintainer:
                letters[record.maintainer].append(record)
                if record.is_review_overdue and record.maintainer.deputy:
                    letters[record.maintainer.deputy].append(record)
        try:
            with noted("send_review_reminders"):
                if not can_send():
                    raise CommandError(NO_SERVER)
                sent = sum(remind(post, records) for post, records in letters.items())
        except OSError as error:
            what = type(error).__name__  # its words may name mailboxes
            raise CommandError(f"The mail server took no message ({what}). The next run tries again.") from error
        self.stdout.write(f"{sent} reminder{'' if sent == 1 else 's'} sent.")
