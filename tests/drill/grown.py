"""A site of 1,000 records: how soon its copy is whole after a change; it answers for all; a backup brings it back."""

import time
from collections.abc import Callable, Iterator

from tests.benchmark.servers import Server
from tests.drill.clients import Place
from tests.drill.failures import SQLITE, all_pages, full, sweep, whole
from tests.drill.officers import Officer, lost
from tests.drill.row import Row
from tests.drill.site import Site, site

OF_EACH, FEW = 100, 2  # of each kind: the numbers of tests/growth.py
BACK_WITHIN = 60  # seconds
# Its documents get files of the sizes that their rows say
GROW = """
from datetime import date
from pathlib import Path
from django.apps import apps
from django.conf import settings
from django.utils.timezone import localdate
from sosafe_site.publishing.models import DocumentVersion
from sosafe_site.publishing.models.publishable import Publishable
from tests.growth import grow
grow({count}, localdate())
for version in DocumentVersion.objects.filter(document__slug__startswith="document-"):
    place = Path(version.file.path)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"%" * version.size)
kinds = [kind for kind in apps.get_models() if issubclass(kind, Publishable)]
print(sum(kind.objects.count() for kind in kinds))
"""

TOLD = "from partners.models import Partner; print([*Partner.objects.order_by('pk').values_list('role', flat=True)])"


def rows(is_small: bool) -> Iterator[Row]:
    with site() as here:
        records = int(here.manage("shell", "--no-imports", "-c", GROW.format(count=FEW if is_small else OF_EACH)))
        of = f"{records:,} records"
        with here.running("granian") as serving:
            place = Place(serving.port)
            [officer] = officers = here.officers(place, "anna")
            whole(here, since=0)
            row = Row(f"{of}: a change", "granian")
            officer.save()
            row.seconds, row.until = whole(here, since=time.time()), "until the copy was whole"
            yield row
            before = all_pages(place)
            states = [
                (name, state) for name, state in SQLITE.items() if state is not full
            ]  # which is tried on its own disk
            for name, state in states[:1] if is_small else states:
                yield swept(Row(f"{of}: {name}", "granian"), here, serving, before, state)
        yield from backed_up(of, here, officers)


def swept(row: Row, here: Site, serving: Server, before: dict[str, str], state: Callable) -> Row:
    """By the server that was running, and by one that is started in that state."""
    with state(here, [serving]):
        row.asked = sweep(Place(serving.port), before)
        with here.running("granian") as started:
            row.asked.add(sweep(Place(started.port), before))
    row.expect(row.asked.sent >= 2 * len(before), f"all {len(before)} addresses are asked for, twice")
    row.expect_nothing_failed_or_lost()
    return row


def backed_up(of: str, here: Site, officers: list[Officer]) -> Iterator[Row]:
    row = Row(f"{of}: backup")
    began = time.monotonic()
    here.manage("backup")
    row.seconds, row.until = time.monotonic() - began, "to copy and to try it"
    yield row
    [backup] = (here.data / "backups").iterdir()
    row = Row(f"{of}: restore")
    there = here.manage("shell", "--no-imports", "-c", TOLD)
    here.manage("shell", "--no-imports", "-c", f"{TOLD}; Partner.objects.update(role='')")
    began = time.monotonic()
    here.manage("restore", str(backup))
    row.seconds, row.until = time.monotonic() - began, "to be back"
    row.expect(row.seconds < BACK_WITHIN, f"it is back within {BACK_WITHIN} s")
    row.count(officers, lost(officers, here.environ))
    row.expect(here.manage("shell", "--no-imports", "-c", TOLD) == there, "all is as it was")
    row.expect_nothing_failed_or_lost()
    yield row
