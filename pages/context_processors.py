from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from pages.models import Alert, Page, ReportingRoute, SiteSettings
from sosafe_site.periods import today, viewing_date


def site(request: HttpRequest) -> dict:
    """What the frame of every public page needs. Read when a template asks for it, so the admin pays nothing."""
    pages = SimpleLazyObject(lambda: list(Page.objects.published().of_the_frame()))
    routes = SimpleLazyObject(lambda: list(ReportingRoute.objects.published()))
    shown = getattr(request, "previewed", None)  # an alert is previewed as if its time had come
    return {
        "today": today(),
        # None unless the reader asked for another day
        "as_at": viewing_date(request) if request.GET.get("on") and not request.path.startswith("/admin/") else None,
        "site": SimpleLazyObject(SiteSettings.objects.first),
        "site_url": settings.SITE_URL,
        # by names that a template can spell
        "site_pages": SimpleLazyObject(lambda: {page.slug.replace("-", "_"): page for page in pages}),
        "main_menu": SimpleLazyObject(partial(in_menu, pages, Page.Menu.MAIN)),
        "footer_menu": SimpleLazyObject(partial(in_menu, pages, Page.Menu.FOOTER)),
        "help_lines": SimpleLazyObject(lambda: [route for route in routes if route.is_on_home_page]),
        "other_help": SimpleLazyObject(lambda: [route.name for route in routes if not route.is_on_home_page]),
        "alert": shown if isinstance(shown, Alert) else SimpleLazyObject(Alert.objects.live().first),
    }


def in_menu(pages: Any, menu: Page.Menu) -> list[Page]:
    return [page for page in pages if page.menu == menu]
