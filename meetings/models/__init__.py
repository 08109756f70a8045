from meetings.models.group import Group
from meetings.models.meeting import Meeting
from meetings.models.public import PublicMeeting, Stop

__all__ = ["Group", "Meeting", "PublicMeeting", "Stop"]
