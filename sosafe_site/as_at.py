"""Any public page as at another day: ?on=2019-05-01 shows what was in force then, and its links keep the day."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from sosafe_site.periods import viewing_date

# Links to pages of this site. Absolute links, to cite and to come back to today, are left as they are; so are files.
LINK = re.compile(r'href="(/(?:[^"?#]*/)?)(?<!/file/)(#[^"]*)?"')


def as_at(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.GET.get("on") or request.path.startswith("/admin/"):
            return get_response(request)
        day = viewing_date(request).isoformat()  # here, so that a bad date is refused on every page alike
        response = get_response(request)
        response.headers["X-Robots-Tag"] = "noindex"
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.content = LINK.sub(rf'href="\1?on={day}\2"', response.content.decode()).encode()
        return response

    return middleware
