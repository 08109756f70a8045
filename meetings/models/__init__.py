from meetings.models.group import Group, Membership
from meetings.models.meeting import Meeting

__all__ = ["Group", "Meeting", "Membership"]
