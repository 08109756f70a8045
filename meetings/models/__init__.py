from meetings.models.group import Group
from meetings.models.meeting import Meeting

__all__ = ["Group", "Meeting"]
