from django import template

from pages.coherence import findings
from sosafe_site.periods import viewing_date

register = template.Library()


@register.inclusion_tag("admin/officers_list.html", takes_context=True)
def officers_list(context) -> dict:
    return {"findings": findings(viewing_date(context["request"]))}
