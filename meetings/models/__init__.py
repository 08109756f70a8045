from meetings.models.group import Chair, Group, Membership
from meetings.models.meeting import Meeting
from meetings.models.public_meeting import PublicMeeting, Stop

__all__ = ["Chair", "Group", "Meeting", "Membership", "PublicMeeting", "Stop"]
