"""Importing a form registers it with the admin."""

from meetings.admin import group, public_meeting

__all__ = ["group", "public_meeting"]
