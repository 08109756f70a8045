from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sosafe_site.backup.archive import BackupError
from sosafe_site.backup.databases import FAULTS
from sosafe_site.backup.restoring import restore


class Command(BaseCommand):
    help = (
        "Puts a backup in the place of what is there, which is kept as a backup itself. A damaged backup, or one of "
        "newer code, is refused before anything is changed; an older one is brought up to date. What was erased since "
        "it was made is erased again, and named. The site may run meanwhile: readers notice nothing, and what "
        "officers save while this runs is not in what is restored."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="The backup.")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            restore(file.resolve(), self.stdout.write)
        except BackupError as error:
            raise CommandError(str(error)) from error
        except (OSError, *FAULTS) as error:
            raise CommandError(f"It could not be restored. {error}") from error
