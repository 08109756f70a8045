"""Records for tests: valid and published, so that a test names only what it is about."""

from datetime import UTC, date, datetime
from io import BytesIO
from itertools import count

from django.contrib.auth.models import Group as Role
from django.contrib.auth.models import Permission, User
from django.core.files.base import ContentFile
from PIL import Image
from pypdf import PdfWriter

from meetings.models import Chair, Group, Meeting, Membership, PublicMeeting, Stop
from pages.models import (
    AccessibilityStatement,
    Alert,
    BadLink,
    CaseReviewYear,
    Page,
    ReportingRoute,
    Section,
    SiteSettings,
)
from partners.models import (
    Action,
    ActionPlan,
    Continuation,
    EarlierName,
    EarlierStanding,
    Objective,
    Partner,
    Priority,
    Series,
    Strategy,
)
from sosafe_site.partial_dates import PartialDate
from sosafe_site.publishing.models import (
    ChangeNote,
    Document,
    DocumentVersion,
    GapAnswer,
    Picture,
    Post,
    Readiness,
    ReviewReminder,
    Revision,
    Term,
)
from sosafe_site.publishing.revisions.snapshot import snapshot

LONG_AGO = datetime(2015, 1, 1, tzinfo=UTC)
FAR_AHEAD = datetime(2999, 1, 1, tzinfo=UTC)
_numbers = count(1)


def make(model, /, many=None, **fields):
    record = model(**fields)
    record.full_clean()
    record.save()
    for name, others in (many or {}).items():
        getattr(record, name).set(others)
    return record


def _named(word, fields):
    """A title or name and an address that no other record has."""
    number = next(_numbers)
    return {"slug": f"{word}-{number}", "published_at": LONG_AGO, **fields}, f"{word.title()} {number}"


def assumed(fields):
    """Their days follow from the years, unless they are said to be confirmed or to be known otherwise."""
    known = "day" if fields.pop("is_period_confirmed", False) else "assumed"
    return {**{f"{name}_known": known for name in ("starts_on", "ends_on") if fields.get(name)}, **fields}


def typed(**texts):
    """Fields of a record as officers type its days: "2018-04-01", "June 2019", "by 2019-12-31", "2019-04-01?", "?"."""
    fields = {}
    for name, text in texts.items():
        found = PartialDate.read(text, is_last=name != "starts_on")
        fields |= {name: found.day, f"{name}_known": found.known}
    return fields


def make_strategy(**fields):
    fields, title = _named("strategy", fields)
    days = {"starts_on": date(2018, 4, 1), "ends_on": date(2021, 3, 31)}
    return make(Strategy, **{"title": title, "standing": "agreed", **assumed({**days, **fields})})


def make_objective(**fields):
    fields, title = _named("objective", fields)
    return make(Objective, **{"title": title, "strategy": fields.get("strategy") or make_strategy(), **fields})


def make_plan(**fields):
    fields, title = _named("plan", fields)
    days = {"starts_on": date(2019, 4, 1), "ends_on": date(2020, 3, 31)}
    return make(ActionPlan, **{"title": title, "standing": "agreed", **assumed({**days, **fields})})


def make_priority(**fields):
    fields, title = _named("priority", fields)
    plan = fields.get("plan") or make_plan()
    return make(Priority, **{"title": title, **fields, "plan": plan})


def make_continuation(**fields):
    """Of a priority of 2020-21 by default, which continues one of 2019-20."""
    later = fields.get("later") or make_priority(plan=make_plan(starts_on=date(2020, 4, 1), ends_on=date(2021, 3, 31)))
    return make(Continuation, **{**fields, "later": later, "earlier": fields.get("earlier") or make_priority()})


def make_action(**fields):
    return make(
        Action, **{"what": f"Action {next(_numbers)}", "priority": fields.get("priority") or make_priority(), **fields}
    )


def make_partner(**fields):
    fields, name = _named("partner", fields)
    return make(Partner, **{"name": name, **fields})


def make_earlier_name(**fields):
    return make(EarlierName, **{"name": "Old name", "ends_on": date(2020, 3, 31), **fields})


def make_earlier_standing(**fields):
    """A time that is over, of 2015 to 2018 by default."""
    days = {"starts_on": date(2015, 1, 1), "ends_on": date(2018, 12, 31)}
    return make(EarlierStanding, **{"partner": fields.get("partner") or make_partner(), **days, **fields})


def make_series(**fields):
    return make(Series, **{"name": f"Series {next(_numbers)}", **fields})


def make_group(**fields):
    fields, name = _named("group", fields)
    return make(Group, **{"name": name, **fields})


def make_meeting(**fields):
    return make(Meeting, **{"held_on": date(2026, 12, 1), "group": fields.get("group") or make_group(), **fields})


def make_chair(**fields):
    return make(Chair, **{"post": "Chief Fire Officer", "group": fields.get("group") or make_group(), **fields})


def make_membership(**fields):
    given = {"group": fields.get("group") or make_group(), "partner": fields.get("partner") or make_partner()}
    return make(Membership, **{**fields, **given})


def make_public_meeting(**fields):
    fields, title = _named("public-meeting", fields)
    return make(PublicMeeting, **{"title": title, "kind": "area", "held_on": date(2026, 12, 1), **fields})


def make_stop(**fields):
    meeting = fields.get("meeting") or make_public_meeting()
    return make(Stop, **{"place": f"Stop {next(_numbers)}", **fields, "meeting": meeting})


def make_document(**fields):
    fields, title = _named("document", fields)
    return make(Document, **{"title": title, "kind": "other", **fields})


def make_version(pages=2, name="strategy.pdf", content=None, **fields):
    file = ContentFile(content or pdf(pages), name=name)
    return make(DocumentVersion, **{"document": fields.get("document") or make_document(), "file": file, **fields})


def make_picture(name="picture.jpg", content=None, **fields):
    """Told in words, unless it is said to be only decoration."""
    file = ContentFile(content or picture(), name=name)
    words = {} if fields.get("is_decoration") else {"alt": "What it shows"}
    return make(Picture, **{"title": f"Picture {next(_numbers)}", "image": file, **words, **fields})


def make_page(**fields):
    fields, title = _named("page", fields)
    return make(Page, **{"title": title, "menu": "footer", **fields})


def make_home(**fields):
    """The home page with a section for each of what it shows when the site is new."""
    home = make_page(slug="home", **fields)
    for position, shows in enumerate(["priorities", "objectives", "partners", "groups", "public-meetings", "updates"]):
        make_section(page=home, position=position, heading=f"Our {shows}", anchor=f"our-{shows}", shows=shows)
    return home


def make_section(**fields):
    number = next(_numbers)
    names = {"heading": f"Section {number}", "anchor": f"section-{number}"}
    return make(Section, **{**names, "page": fields.get("page") or make_page(), **fields})


def make_route(**fields):
    defaults = {"name": f"Route {next(_numbers)}", "when_to_use": "When you need it", "telephone": "01234 567890"}
    return make(ReportingRoute, **{**defaults, "published_at": LONG_AGO, **fields})


def make_case_review_year(**fields):
    days = {"starts_on": date(2024, 4, 1), "ends_on": date(2025, 3, 31)}
    return make(CaseReviewYear, **{"published_at": LONG_AGO, **days, **fields})


def make_alert(**fields):
    defaults = {"title": f"Alert {next(_numbers)}", "advice": "Keep away.", "starts_at": LONG_AGO, "ends_at": FAR_AHEAD}
    return make(Alert, **{"published_at": LONG_AGO, **defaults, **fields})


def make_draft(**fields):
    record = make_page()
    now = snapshot(record)
    place = {"model": record._meta.label_lower, "record": str(record.pk)}
    return make(Revision, **{**place, "content": now, "base": now, "state": "draft", **fields})


def make_readiness(**fields):
    record = make_page(published_at=None)
    place = {"model": record._meta.label_lower, "record": record.pk}
    return make(Readiness, **{**place, "publish_at": FAR_AHEAD, **fields})


def make_note(record, text="It changed.", noted_at=LONG_AGO):
    return ChangeNote.objects.create(model=record._meta.label_lower, record=record.pk, text=text, noted_at=noted_at)


def make_post(**fields):
    number = next(_numbers)
    return make(Post, **{"title": f"Post {number}", "email": f"post-{number}@example.org", **fields})


def make_term(**fields):
    return make(Term, **{"word": f"WORD{next(_numbers)}", "meaning": "What it means.", **fields})


def make_officer(*roles, **fields):
    """An account that may enter the admin, of these roles: "Editor", "Publisher", "Administrator"."""
    officer = User.objects.create_user(f"officer-{next(_numbers)}", is_staff=True, **fields)
    officer.groups.set(Role.objects.get(name=role) for role in roles)
    return officer


def make_onlooker():
    """An account that enters the admin and may do there as good as nothing."""
    officer = make_officer()
    officer.user_permissions.add(Permission.objects.get(codename="view_revision"))
    return officer


def make_gap_answer(**fields):
    number = next(_numbers)
    return make(GapAnswer, **{"rule": f"rule-{number}", "kind": "not-on-record", "reason": "It is lost.", **fields})


def make_reminder(**fields):
    return make(ReviewReminder, **fields)


def make_site(**fields):
    names = {"name": "SoSafe", "partnership": "Stevenage Community Safety Partnership"}
    return make(SiteSettings, **{"published_at": LONG_AGO, **names, **fields})


def make_bad_link(**fields):
    defaults = {"link": "/x/", "pages": ["/"], "problem": "leads to no page (answer 404)", "found_on": date(2026, 6, 1)}
    return make(BadLink, **{"kind": BadLink.Kind.BROKEN, **defaults, **fields})


def make_statement(**fields):
    defaults = {
        "published_at": LONG_AGO,
        "standard": "WCAG 2.2",
        "scope": "This website.",
        "not_accessible": "<p>Nothing known.</p>",
        "enforcement": "<p>The regulations.</p>",
        "enforcement_url": "https://www.example.org/",
        "testing": "<p>By a program.</p>",
    }
    return make(AccessibilityStatement, **{**defaults, **fields})


def pdf(pages):
    writer, content = PdfWriter(), BytesIO()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    writer.write(content)
    return content.getvalue()


def picture(width=400, height=200):
    content = BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(content, "JPEG")
    return content.getvalue()


# What makes one of each kind that has a form in the admin
MAKERS = {
    AccessibilityStatement: make_statement,
    ActionPlan: make_plan,
    Alert: make_alert,
    CaseReviewYear: make_case_review_year,
    ChangeNote: lambda: make_note(make_page()),
    Document: make_document,
    Group: make_group,
    Meeting: make_meeting,
    Objective: make_objective,
    Page: make_page,
    Partner: make_partner,
    Picture: make_picture,
    Post: make_post,
    Priority: make_priority,
    PublicMeeting: make_public_meeting,
    ReportingRoute: make_route,
    Series: make_series,
    SiteSettings: make_site,
    Strategy: make_strategy,
    Term: make_term,
    User: lambda: make_officer("Editor"),
}
