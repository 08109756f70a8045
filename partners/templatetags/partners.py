from datetime import date

from django import template

from partners.models import Partner

register = template.Library()


@register.filter
def name_on(partner: Partner, day: date) -> str:
    return partner.name_on(day)
