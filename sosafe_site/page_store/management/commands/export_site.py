from pathlib import Path
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.management.base import BaseCommand, CommandError, CommandParser

from sosafe_site.page_store.export import ExportError, export
from sosafe_site.page_store.store import Store
from sosafe_site.publishing.clock import seconds


class Command(BaseCommand):
    help = (
        "Writes the whole public site into a folder as plain files, with what nginx and Apache need to serve them at "
        "the same addresses, the old ones too. A second time it replaces them in one step. While the database can't be "
        "asked it takes the copies that the site keeps. Exit status: 1 when an address could not be copied."
    )
    requires_system_checks: list[str] = []  # it has to work while parts of the site don't

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="new, empty, or an earlier export")

    def handle(self, *args: Any, **options: Any) -> None:
        began, folder = seconds(), options["folder"].resolve()
        try:
            found = export(Store(WSGIHandler()), folder)
        except (ExportError, OSError) as error:
            raise CommandError(str(error)) from error
        told = found.told
        self.stdout.write(
            f"{folder}: {len(told.files)} pages and files, {len(told.redirects)} addresses that lead elsewhere, "
            f"{len(told.gone)} that are gone; {seconds() - began:.0f} seconds. README.txt says how to serve it."
        )
        if found.since:
            self.stdout.write(f"The database can't be asked: copies, of {found.since:%H:%M on %-d %B %Y} or later.")
        if not found.is_of_one_moment:
            self.stdout.write("The site was changed meanwhile: one page may be newer than another.")
        if found.failed:
            raise CommandError(f"These addresses could not be copied: {', '.join(found.failed)}")
