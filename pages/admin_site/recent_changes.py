"""Who changed what, as the admin noted it."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.contrib.admin.models import LogEntry
from django.db import models
from django.db.models import Q

SHOWN = 12


def changed_lately(kinds: Iterable[type[models.Model]]) -> models.QuerySet[LogEntry]:
    """The newest first, of records of these kinds."""
    of_kinds = [
        Q(content_type__app_label=kind._meta.app_label, content_type__model=kind._meta.model_name) for kind in kinds
    ]
    noted = LogEntry.objects.select_related("user", "content_type").order_by("-action_time", "-pk")
    return noted.filter(reduce(or_, of_kinds))[:SHOWN] if of_kinds else noted.none()
