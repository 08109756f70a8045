from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pages.privacy.retention import ALL
from sosafe_site.publishing.models.run import noted


class Command(BaseCommand):
    help = (
        "Ends what has been kept for as long as the privacy page says: sign-ins, counts, previews, files that nothing "
        "has, and old entries of the log. Run it every day. It is safe at any time, and twice."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        problems = []
        with noted("forget_old"):
            for kept in ALL:
                if kept.end is None:
                    continue
                try:
                    self.stdout.write(f"{kept.end()} {kept.ended}.")
                except Exception as error:  # the others are over all the same
                    problems.append(f"{kept.ended}: {type(error).__name__}: {error}")
            if problems:
                raise CommandError("Not ended, the next run tries again: " + "; ".join(problems))
