"""Addresses in Django's admin, whose names it makes of an app, a model and a word."""

from typing import Any

from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.urls import reverse


def admin_url(of: Any, name: str, *args: Any) -> str:
    """Of a model or a record, such as "changelist", or "change" with the key of a record."""
    return reverse(admin_urlname(of._meta, name), args=args)  # type: ignore[arg-type]  # django-stubs asks for Options of one model only


def edit_url(record: Any) -> str:
    return admin_url(record, "change", record.pk)
