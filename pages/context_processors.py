from django.conf import settings
from django.http import HttpRequest

from pages.models import Alert, Page, ReportingRoute, SiteSettings
from sosafe_site.periods import viewing_date


def site(request: HttpRequest) -> dict:
    """What the frame of every public page needs."""
    if request.path.startswith("/admin/"):
        return {}
    pages = list(Page.objects.published())
    routes = list(ReportingRoute.objects.published())
    return {
        # None unless the reader asked for another day
        "as_at": viewing_date(request) if request.GET.get("on") else None,
        "site": SiteSettings.objects.filter(pk=1).first(),
        "site_url": settings.SITE_URL,
        # by names that a template can spell
        "site_pages": {page.slug.replace("-", "_"): page for page in pages},
        "main_menu": [page for page in pages if page.menu == Page.Menu.MAIN],
        "footer_menu": [page for page in pages if page.menu == Page.Menu.FOOTER],
        "help_lines": [route for route in routes if route.is_on_home_page],
        "other_help": [route.name for route in routes if not route.is_on_home_page],
        "alert": Alert.objects.live().first(),
    }
