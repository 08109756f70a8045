from typing import Any

from django.contrib.admin import site
from django.template import Library

register = Library()


@register.simple_tag
def site_name() -> Any:
    """As the pages of the admin call it; those around signing in are made by views that know nothing of the admin."""
    return site.site_name()  # type: ignore[attr-defined]  # which a KeepingSite has
