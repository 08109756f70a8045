from django.urls import path

from meetings import feeds, views

urlpatterns = [
    path("meetings/dates.atom", feeds.dates, name="dates"),
    path("meetings/public/", views.public_meetings, name="public-meetings"),
    path("meetings/public/past/", views.past_public_meetings, name="past-public-meetings"),
    path("meetings/public/calendar.ics", feeds.public_calendar, name="public-calendar"),
    path("meetings/public/<slug:slug>/", views.public_meeting, name="public-meeting"),
    path("meetings/public/<slug:slug>/calendar.ics", feeds.public_meeting_calendar, name="public-meeting-calendar"),
    path("meetings/<slug:slug>/<uuid:pk>.ics", feeds.meeting_calendar, name="meeting-calendar"),
    path("meetings/<slug:slug>/", views.group, name="group"),
    path("meetings/<slug:slug>/calendar.ics", feeds.group_calendar, name="group-calendar"),
]
