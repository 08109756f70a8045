import json
from datetime import date

from django import template
from django.utils.safestring import SafeString, mark_safe

from meetings.models import Group

register = template.Library()
# What could end the element, or start another, inside a script that holds data
ESCAPES = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&"}


@register.filter
def linked_data(data: dict) -> SafeString:
    """For inside <script type="application/ld+json">; Django's own json_script can only say application/json."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(ESCAPES))  # noqa: S308  # no <, > or & is left in it


@register.filter
def is_doubted(group: Group, on: date) -> bool:
    """See Group.is_pattern_doubted."""
    return group.is_pattern_doubted(on)


@register.filter
def webcal(site_url: str) -> str:
    """The site's address as one that calendar programs subscribe to."""
    return f"webcal:{site_url.partition(':')[2]}"
