"""Any public page as at another day: ?on=2019-05-01 shows what was in force then, and its links keep the day."""

import re
from datetime import date

from django.http import HttpRequest, HttpResponse

from sosafe_site.periods import viewing_date

# Links to pages of this site. Absolute links, to cite and to come back to today, are left as they are; so are files.
LINK = re.compile(r'href="(/(?:[^"?#]*/)?)(?<!/file/)(#[^"]*)?"')


def asked_for(request: HttpRequest) -> date | None:
    """None without another day. Raises BadRequest for what is no day."""
    return viewing_date(request) if request.GET.get("on") and not request.path.startswith("/admin/") else None


def with_day(response: HttpResponse, day: date) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex"
    if response.headers.get("Content-Type", "").startswith("text/html"):
        response.content = LINK.sub(rf'href="\1?on={day.isoformat()}\2"', response.content.decode()).encode()
    return response
