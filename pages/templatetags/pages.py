from typing import Any

from django import template
from django.db.models import prefetch_related_objects

from pages.models import Page
from pages.models.page import content_for
from pages.sections import shown
from sosafe_site.periods import viewing_date
from sosafe_site.publishing.paging import asked_page

register = template.Library()


@register.inclusion_tag("pages/own_content.html", takes_context=True)
def own_content(context: Any, page: Page | None) -> dict[str, Any]:
    """Of a page whose address lists something by itself: what officers gave it beside that."""
    request, on = context.request, viewing_date(context.request)
    if page:
        prefetch_related_objects([page], *content_for(request.user))
    sections = shown(page, on, asked_page(request)) if page else []
    frame = {name: context.get(name) for name in ("as_at", "site", "site_url", "site_pages")}
    return {"request": request, "page": page, "sections": sections, "on": on, **frame}
