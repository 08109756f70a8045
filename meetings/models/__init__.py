from meetings.models.group import Group, Membership
from meetings.models.meeting import Meeting
from meetings.models.public_meeting import PublicMeeting, Stop

__all__ = ["Group", "Meeting", "Membership", "PublicMeeting", "Stop"]
