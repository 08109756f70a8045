"""What an occasion says to programs: as a calendar file (RFC 5545, RFC 7986), and as data for search engines."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import icalendar
from django.conf import settings

from meetings.models import PublicMeeting
from meetings.models.occasion import Occasion
from sosafe_site.publishing.text.tidy import tidy

ASK_AGAIN_AFTER = timedelta(hours=6)


def london() -> icalendar.Timezone:
    """London's clock by its rules since 1996, the year from which they have not changed; the library's own list of days
    ends in 2038 and weighs more than a year of meetings."""
    zone = icalendar.Timezone()
    zone.add("tzid", "Europe/London")
    for part, name, before, after, first, month in (
        (icalendar.TimezoneDaylight(), "BST", 0, 1, datetime(1996, 3, 31, 1), 3),
        (icalendar.TimezoneStandard(), "GMT", 1, 0, datetime(1996, 10, 27, 2), 10),
    ):
        part.add("dtstart", first)
        part.add("tzname", name)
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1SU"})
        zone.add_component(part)
    return zone


def calendar(name: str, occasions: Iterable[Occasion], on: date) -> bytes:
    """The same bytes all the day as long as nothing has changed: it does not tell when it was made."""
    whole = icalendar.Calendar()
    whole.add("version", "2.0")
    whole.add("prodid", "-//Community safety website//Meetings//EN")
    for its_name in ("name", "x-wr-calname"):  # of neither the library knows that it is a text
        whole.add(its_name, icalendar.vText(tidy(name, is_one_line=True)))
    whole.add("refresh-interval", ASK_AGAIN_AFTER, parameters={"value": "DURATION"})
    whole.add("x-published-ttl", icalendar.vDuration(ASK_AGAIN_AFTER))
    whole.add_component(london())
    for occasion in occasions:
        whole.add_component(event(occasion, on))
    return whole.to_ical()


def event(occasion: Occasion, on: date) -> icalendar.Event:
    """Without an hour it is an event of the whole day; without an end it has none.

    Its UID is the record's key alone (RFC 7986, 5.3): the site may move to another host, and no date doubles.
    """
    event = icalendar.Event()
    event.add("uid", str(occasion.pk))
    event.add("sequence", occasion.sequence)
    event.add("dtstamp", occasion.changed_at)
    event.add("last-modified", occasion.changed_at)
    event.add("status", "CANCELLED" if occasion.is_off else "CONFIRMED")
    event.add("dtstart", occasion.begins)
    if occasion.finishes:
        event.add("dtend", occasion.finishes)
    event.add("summary", tidy(f"{occasion.fate}{occasion.headline}", is_one_line=True))
    if occasion.place:
        event.add("location", tidy(occasion.place, is_one_line=True))
    online = f"Join online: {occasion.online}" if occasion.online and occasion.is_on(on) else ""
    if details := "\n".join(filter(None, [occasion.promises, *occasion.details(on), online])):
        event.add("description", tidy(details))
    event.add("url", settings.SITE_URL + occasion.get_absolute_url())
    return event


def event_data(meeting: PublicMeeting) -> dict | None:
    """The meeting in the words of https://schema.org/Event. None for what is no event, or has no place yet."""
    places = [
        {"@type": "Place", "name": stop.place, "address": ", ".join(filter(None, [stop.place, stop.area]))}
        for stop in meeting.stops.all()
    ]
    if meeting.place:
        address = meeting.address or meeting.venue
        places.insert(0, {"@type": "Place", "name": meeting.venue or address, "address": address})
    if meeting.online:
        places.append({"@type": "VirtualLocation", "url": meeting.online})
    if meeting.is_survey or not places:
        return None
    former = meeting.former_days
    status = "Cancelled" if meeting.is_cancelled else "Rescheduled" if former else "Scheduled"
    organiser = {"@type": "Organization", "name": meeting.organiser}
    if meeting.public_partner and meeting.organiser:
        organiser["url"] = settings.SITE_URL + meeting.public_partner.get_absolute_url()
    data = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": meeting.title,
        "url": settings.SITE_URL + meeting.get_absolute_url(),
        "startDate": meeting.begins.isoformat(),
        "endDate": meeting.finishes.isoformat() if meeting.finishes else None,
        "previousStartDate": former[-1].isoformat() if former else None,
        "eventStatus": f"https://schema.org/Event{status}",
        "location": places if len(places) > 1 else places[0],
        "organizer": organiser if meeting.organiser else None,
        "description": meeting.about,
    }
    return {name: value for name, value in data.items() if value}
