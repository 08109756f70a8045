from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sosafe_site.backup.archive import BackupError
from sosafe_site.backup.databases import FAULTS
from sosafe_site.backup.making import back_up, default_folder, end_older
from sosafe_site.publishing.models.run import noted


class Command(BaseCommand):
    help = (
        "Copies the database and all files that it names into one file, while the site runs, and restores it beside "
        "the site to see that it is whole. SECRET_KEY isn't in it: keep the file .env elsewhere, since nobody's "
        "second step works without it. Run it every night, and copy the file to another place."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="Where it is kept. If not given: DATA_DIR/backups.")
        parser.add_argument("--keep", type=int, metavar="DAYS", help="Remove older ones there, but never the newest.")

    def handle(self, *args: Any, folder: Path | None, keep: int | None, **options: Any) -> None:
        if keep is not None and keep < 1:
            raise CommandError("--keep needs a number of days, such as --keep 30.")
        place = (folder or default_folder()).resolve()
        try:
            with noted("backup"):
                try:
                    _, said = back_up(place)
                    self.stdout.write(said)
                    if keep and (old := end_older(place, keep)):
                        self.stdout.write(f"Removed, being older than {keep} days: {', '.join(old)}.")
                except BackupError as error:
                    raise CommandError(f"There is no new backup. {error}") from error
                except (OSError, *FAULTS) as error:
                    raise CommandError(f"There is no new backup: the disk or the database failed. {error}") from error
        except FAULTS as error:
            raise CommandError(f"The database failed, so nobody is told of this backup. {error}") from error
