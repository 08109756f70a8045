"""What readers miss: parts, leads, files, dates and details that nobody has entered or that no longer hold."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.contrib.admin.utils import label_for_field
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.formats import date_format

from meetings import for_residents
from meetings.models import Chair, Group, Membership, PublicMeeting
from pages.coherence.finding import Finding, Rank, gap, gaps, wrong, wrongs
from pages.models import AccessibilityStatement, CaseReviewYear, Page, ReportingRoute, Section, SiteSettings
from pages.models.page import CASE_REVIEW, GET_INVOLVED, PRIVACY
from partners.models import Action, ActionPlan, Objective, Partner, Priority, Strategy
from partners.models.status import State
from sosafe_site.partial_dates import DATE_WORDS
from sosafe_site.periods import Phase
from sosafe_site.publishing.admin_urls import edit_url
from sosafe_site.publishing.models import Document
from sosafe_site.publishing.models.readiness import with_moments
from sosafe_site.publishing.models.review import kinds_to_check, under_review
from sosafe_site.publishing.revisions.snapshot import with_parents
from sosafe_site.publishing.text.shown import missing


def parts(on: date) -> Iterator[Finding]:
    without = Strategy.objects.published().exclude(pk__in=Strategy.objects.having_objectives())
    yield from gaps("strategy-without-objectives", without, "“{record}” has no objectives on this site.")
    plans = ActionPlan.objects.published()
    priorities = Priority.objects.published().select_related("plan")
    without_priorities = plans.exclude(pk__in=priorities.values("plan"))
    yield from gaps("plan-without-priorities", without_priorities, "“{record}” has no priorities on this site.")
    without_parts = priorities.exclude(pk__in=priorities.exclude(parent=None).values("parent"))
    yield from gaps(
        "priority-without-actions", without_parts.filter(actions=None), "The priority “{record}” has no actions."
    )
    yield from gaps(
        "priority-without-lead", priorities.filter(leads=None), "The priority “{record}” has no lead partner."
    )
    for model, parent in ((Objective, "strategy"), (Priority, "plan")):
        drafts = with_moments(model.objects.select_related(parent)).filter(published_at=None, publish_at=None)
        yield from gaps(
            "draft-part",
            drafts.exclude(**{f"{parent}__published_at": None}),
            "“{record}” is still a draft, while what it is a part of is public.",
        )


def leads(on: date) -> Iterator[Finding]:
    """Partners that have left and still lead something that holds or will, or sit or invite. The last day counts."""
    left = Partner.objects.published().ended(on)
    seats = Membership.objects.filter(group__in=Group.objects.published()).of_public_partners().ended(on)
    for seat in seats.with_judged().select_related("group"):
        if seat.own_phase(on) != Phase.ENDED:
            has_come_back = seat.partner.phase(on) != Phase.ENDED
            since = ", as if it had never left. Since when does it sit there again?" if has_come_back else "."
            sentence = f"{seat.partner} is still listed as a member of “{seat.group}”{since}"
            yield Finding(sentence, edit_url(seat.group), "left-but-sits", str(seat.pk), Rank.WRONG)
    upcoming = PublicMeeting.objects.published().upcoming(on).filter(is_cancelled=False)
    for meeting in upcoming.with_parts():
        if meeting.is_without_organiser:
            yield wrong(
                "left-but-invites", meeting, f"{meeting.partner} is still named as the organiser of “{meeting}”."
            )
    plans = ActionPlan.objects.published().in_state(on, State.CURRENT, State.NOT_STARTED, State.UNDATED)
    priorities = Priority.objects.published().filter(plan__in=plans)
    actions = Action.objects.filter(priority__in=priorities, done_on=None).select_related("priority__plan")
    kinds = [(priorities.select_related("plan"), "priority"), (actions, "action")]
    for led, noun in kinds:
        still_led = led.filter(leads__in=left).distinct()
        gone = Prefetch("leads", left.with_judged(), to_attr="leads_that_left")
        for record in still_led.prefetch_related(gone, "leads"):
            others = len(record.leads.all()) > len(record.leads_that_left)
            for partner in record.leads_that_left:
                when = partner.left_when(on)
                nobody = "" if others else " Nobody else is recorded as leading it."
                sentence = f"The {noun} “{record}” is led by {partner.name}, which left{f' {when}' if when else ''}."
                form, about = edit_url(getattr(record, "priority", record)), f"{record.pk} {partner.pk}"
                yield Finding(f"{sentence}{nobody}", form, "left-but-leads", about, Rank.WRONG)


def documents(on: date) -> Iterator[Finding]:
    without = Document.objects.published().filter(versions=None)
    yield from gaps("document-without-file", without, "The document “{record}” has no file.")
    for document in Document.objects.published().with_files():
        if faults := document.newest and document.newest.faults_in_words:
            yield wrong("pdf-shuts-out", document, f"The PDF of “{document}” shuts readers out: it {faults}.")


def public_meetings(on: date) -> Iterator[Finding]:
    upcoming = PublicMeeting.objects.published().upcoming(on).filter(is_cancelled=False)
    meetings = upcoming.exclude(kind=PublicMeeting.Kind.SURVEY)
    of_groups = for_residents.open_meetings().upcoming(on).filter(is_cancelled=False).select_related("group")
    yield from gaps(
        "meeting-without-time", of_groups.filter(starts=None), "“{record}”, open to residents: the time is not set."
    )
    yield from gaps(
        "meeting-without-place",
        of_groups.filter(venue="", online=""),
        "“{record}”, open to residents: the place is not set.",
    )
    yield from gaps(
        "meeting-without-time",
        meetings.filter(starts=None).exclude(stops__starts__isnull=False),
        "“{record}”: the time is not set.",
    )
    yield from gaps(
        "meeting-without-place",
        meetings.filter(venue="", address="", online="", stops=None),
        "“{record}”: the place is not set.",
    )
    surveys = upcoming.filter(kind=PublicMeeting.Kind.SURVEY, link="")
    yield from wrongs(
        "survey-without-link", surveys, "The survey “{record}” has no link, so nobody can tell where to answer it."
    )


GROUP_FACTS = ["standing", "is_open", "is_minuted_in_public"]
HOLDS = (Phase.CURRENT, Phase.UNDATED)


def groups(on: date) -> Iterator[Finding]:
    published = Group.objects.published().with_next_and_last(on)
    yield from gaps("group-without-date", published.filter(next_on=None), "“{record}” has no date to come.")
    yield from gaps(
        "group-without-pattern",
        published.filter(every_unit="", pattern_note=""),
        "“{record}”: how often it meets is not stated.",
    )
    yield from gaps(
        "group-without-members", published.filter(memberships=None), "“{record}”: who belongs to it is not stated."
    )
    chaired = {chair.group_id for chair in Chair.objects.filter(role=Chair.Role.CHAIR) if chair.phase(on) in HOLDS}
    for group in published:
        if group.is_pattern_doubted(on):
            last = date_format(group.last_on, DATE_WORDS)
            words = f"“{group}” should meet {group.meets}, but the last meeting on this site was on {last}."
            advice = "Readers are told so: add its dates, or say how often it meets now."
            yield wrong("pattern-doubted", group, f"{words} {advice}")
        for name in GROUP_FACTS:
            if getattr(group, name) in ("", None):
                yield gap(f"group-{name}", group, f"“{group}”: not stated: {label_for_field(name, Group)}.")
        if group.pk not in chaired:
            yield gap("group-chair", group, f"“{group}”: not stated: who chairs it.")


def contact(on: date) -> Iterator[Finding]:
    """What is at hand besides a way to write, without which nobody can use the site: dead_ends() tells of that."""
    site = SiteSettings.objects.first()
    can_be_written_to = site is not None and bool(site.email or site.takes_messages)
    for field in ("address", "telephone", "email", "opening_hours"):
        if site and not getattr(site, field) and (can_be_written_to or field != "email"):
            sentence = f"The contact details have no {label_for_field(field, SiteSettings)}."
            yield gap(f"contact-without-{field}", site, sentence)
    if site and can_be_written_to and not site.takes_messages:
        yield gap("contact-without-form", site, f"The contact page has no form{why_no_form(site)}")
    yield from gaps(
        "route-words-without-number",
        ReportingRoute.objects.filter(Q(telephone="") & ~Q(telephone_words="") | Q(text_number="") & ~Q(text_words="")),
        "“{record}” has words that follow a number, but not the number: give it, or take the words away.",
    )
    if not ReportingRoute.objects.published().without_voice().exists():
        yield Finding(
            "No way to get help has a number for texts or text relay, for people who cannot speak on the phone.",
            reverse("admin:pages_reportingroute_changelist"),
            "help-without-voice",
        )


def why_no_form(site: SiteSettings) -> str:
    if site.mailbox:
        return ", since this website can’t send e-mail: whoever runs it must set EMAIL_URL."
    return ": give the mailbox that gets the messages."


SAYS_ANTISOCIAL = ["antisocial behaviour", "anti-social behaviour"]


def dead_ends(on: date) -> Iterator[Finding]:
    """Where a reader who needs something would find no way on: to be mended before anybody is told of the site."""
    site = SiteSettings.objects.first()
    form = edit_url(site) if site else reverse("admin:pages_sitesettings_changelist")
    if site is None or not (site.address or site.telephone or site.email or site.takes_messages):
        yield Finding("Nobody can reach you: the contact details are empty.", form, rank=Rank.DEAD_END)
    elif not (site.email or site.takes_messages):
        sentence = f"Nobody can write to you. Give an e-mail address. The contact page has no form{why_no_form(site)}"
        yield Finding(sentence, form, rank=Rank.DEAD_END)
    said = Q()
    for words in SAYS_ANTISOCIAL:
        for name in ("name", "when_to_use", "website_label"):
            said |= Q(**{f"{name}__icontains": words})
    to_council = Q(name__icontains="council") | Q(when_to_use__icontains="council")
    routes = ReportingRoute.objects.published().filter(said)
    if not routes.filter(to_council | Q(website_label__icontains="council")).exists():
        yield Finding(
            "No way to get help says how antisocial behaviour is reported to the council. Add one that names both.",
            reverse("admin:pages_reportingroute_add"),
            rank=Rank.DEAD_END,
        )


def accessibility(on: date) -> Iterator[Finding]:
    statement = AccessibilityStatement.objects.first()
    if statement is None:
        yield Finding(
            "There is no accessibility statement. The law asks for one.",
            reverse("admin:pages_accessibilitystatement_changelist"),
            rank=Rank.DEAD_END,
        )
        return
    url = edit_url(statement)
    if statement.status == statement.Status.NOT_ASSESSED:
        yield Finding(
            "The accessibility statement says that this website is not fully assessed yet.", url, rank=Rank.DEAD_END
        )
    if statement.prepared_on is None:
        yield Finding("The accessibility statement lacks the day on which it was prepared.", url, rank=Rank.DEAD_END)
    site = SiteSettings.objects.first()
    has_form = site is not None and site.takes_messages
    if not has_form and "<a " not in statement.feedback:
        yield Finding(
            "The accessibility statement links to no contact form, as SI 2018/952, regulation 8(4)(c), asks for.",
            url,
            rank=Rank.DEAD_END,
        )


def reviews(on: date) -> Iterator[Finding]:
    overdue = list(under_review(on - timedelta(days=1)))
    yield from wrongs(
        "check-overdue", overdue, "“{record}”: the day of its next check has passed, and the public sees that."
    )
    yield from gaps(
        "check-without-post",
        [record for record in under_review(date.max) if record.maintainer is None],
        "“{record}” has a day of its next check, but no post that looks after it and is reminded.",
    )


# Sections that no source gives words for: page, first words of the anchor, heading that makes that anchor, and why.
EXPECTED = [
    (GET_INVOLVED, "what-happens", "What happens to what you say", "Readers ask this before they say anything."),
    (CASE_REVIEW, "how-to-ask", "How to ask for a review", "The law asks for a point of contact."),
    (
        PRIVACY,
        "whom-to-ask",
        "Whom to ask about your data",
        "The law asks who decides over what is kept of people, on what ground, how to reach them and their data "
        "protection officer, which rights people have and where they can complain (UK GDPR, article 13).",
    ),
    (CASE_REVIEW, "how-we-do", "How we do a review", "The law asks for the procedure to be published."),
]


def sections(on: date) -> Iterator[Finding]:
    for slug, anchor, heading, reason in EXPECTED:
        lacking = Page.objects.published().filter(slug=slug).exclude(sections__anchor__startswith=anchor)
        yield from gaps(f"page-without-{anchor}", lacking, f"“{{record}}” has no section “{heading}”. {reason}")


def privacy(on: date) -> Iterator[Finding]:
    page = Page.objects.published().filter(slug=PRIVACY)
    yield from wrongs(
        "privacy-without-what-is-kept",
        page.exclude(sections__shows=Section.Shows.PRIVACY),
        f"“{{record}}” doesn’t list what this website keeps of people. Add a section that shows below its text: "
        f"{Section.Shows.PRIVACY.label}.",
    )


def shown(on: date) -> Iterator[Finding]:
    """What texts name and readers don't see there, since it is no longer public or not there."""
    for record, words in missing():
        sentence = f"“{record}” should show “{words}” in its text, which is not public or not there any more."
        yield Finding(f"{sentence} Take it out, or choose another.", edit_url(record))


def campaigns(on: date) -> Iterator[Finding]:
    """Those that are over and still offered on every page."""
    over = Page.objects.published().filter(campaign_ends_on__lt=on)
    yield from wrongs(
        "campaign-over",
        over.exclude(menu=Page.Menu.NONE),
        "The campaign “{record}” is over and still in a menu. Take it out: choose the page that it belongs under.",
    )


def case_reviews(on: date) -> Iterator[Finding]:
    """The Anti-social Behaviour, Crime and Policing Act 2014, section 104, asks for numbers at least yearly."""
    last = CaseReviewYear.objects.shown(on).first()
    if last is None or on - last.ends_on > timedelta(days=366):
        newest = (
            f"The newest are of a year that ended on {date_format(last.ends_on, DATE_WORDS)}"
            if last
            else "There are none"
        )
        yield Finding(
            f"The law asks for the numbers of ASB case reviews at least once a year. {newest}.",
            reverse("admin:pages_casereviewyear_add"),
            "case-review-numbers",
        )
    for misfit in CaseReviewYear.objects.misfits(on):
        if misfit.is_overlap:
            advice, url = "Check the days of both", edit_url(misfit.later)
        else:
            advice, url = "Check the days, or add that year", reverse("admin:pages_casereviewyear_add")
        sentence = f"ASB case reviews: {misfit.sentence} The public is told so. {advice}."
        yield Finding(sentence, url, "case-review-years", str(misfit.later.pk), Rank.WRONG)


def never_checked(on: date) -> Iterator[Finding]:
    """What nobody has looked at since it was loaded. Of a number to call, a change of its words is no check."""
    for kind in kinds_to_check():
        never = kind.objects.published().filter(checked_on=None)
        if kind is PublicMeeting:
            never = never.upcoming(on)
        found = list(with_parents(never if kind is ReportingRoute else never.filter(updated_on=None)))
        if len(found) == 1:
            sentence = f"“{found[0]}” was never checked by an officer. Say so on its form if all is right."
            yield Finding(sentence, edit_url(found[0]))
        elif found:
            yield Finding(
                f"{len(found)} {kind._meta.verbose_name_plural}: never checked by an officer. "
                "Tick what is right, many at once.",
                f"{reverse('admin:check')}?kind={kind._meta.label_lower}&checked=never",
            )
