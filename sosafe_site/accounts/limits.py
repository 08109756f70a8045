"""What is counted against too many tries, and how long."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sosafe_site.publishing.clock import right_now
from sosafe_site.publishing.resubmit import headed


def too_many(request: HttpRequest) -> HttpResponse:
    return headed(render(request, "429.html", status=429))


def forget_old_counts() -> int:
    """Those whose time is over, which else stay in the table; tells how many."""
    table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
    now = connection.ops.adapt_datetimefield_value(right_now().replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])  # noqa: S608  # a name from settings, quoted
        return int(cursor.rowcount)
