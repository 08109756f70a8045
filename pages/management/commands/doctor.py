import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from pages.health.doctor import examine


class Command(BaseCommand):
    help = (
        "Says what is wrong with this installation and what to do. "
        "Exit status: 0 when all is well, 1 when something is wrong."
    )
    requires_system_checks = ()  # which would end it before it has said anything

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--ask", action="store_true", help="Ask the site’s own address too.")

    def handle(self, *args: Any, ask: bool, **options: Any) -> None:
        wrong = 0
        for looked in examine(ask=ask):
            wrong += len(looked.wrong)
            instead = "not looked at, since the database does not answer" if looked.is_skipped else "all is well"
            self.stdout.write(f"{looked.title}: {'' if looked.wrong else instead}".rstrip())
            for sentence in looked.wrong:
                self.stdout.write(f"  WRONG: {sentence}")
            for remark in looked.remarks:
                self.stdout.write(f"  Note: {remark}")
        if wrong:
            self.stdout.write("One thing is wrong." if wrong == 1 else f"{wrong} things are wrong.")
            sys.exit(1)
        self.stdout.write("All is well.")
