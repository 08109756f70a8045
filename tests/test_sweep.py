"""No public address of any kind mentions anything unpublished, whoever's part it is."""

import re
from datetime import date

from django.apps import apps

from pages.models import Alert
from sosafe_site.publishing.models import Readiness, Revision
from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.publishing.revisions.snapshot import snapshot
from tests import make
from tests.content import FILLED, SEEDED, fill
from tests.tools import content_of, public_routes

SECRET = "Xanadu"  # in every text of every unpublished record


def hide(state, **words):
    """One unpublished record of each kind, and parts of unpublished things.

    Returns the addresses they would have, and those of what is public beside them.
    """

    def of(word):
        return f"{word}-{state}"

    document = make.make_document(title=f"{SECRET} document", summary=SECRET, slug=of("secret-document"), **words)
    make.make_version(document=document)
    strategy = make.make_strategy(title=f"{SECRET} strategy", slug=of("secret"), ends_on=None, **words)
    public_strategy = make.make_strategy(slug=of("open"), ends_on=None, many={"documents": [document]})
    plan = make.make_plan(title=f"{SECRET} plan", slug=of("secret"), ends_on=None, strategy=public_strategy, **words)
    public_plan = make.make_plan(
        slug=of("open"), ends_on=None, strategy=public_strategy, many={"documents": [document]}
    )
    partner = make.make_partner(name=of(f"{SECRET} partner"), slug=of("secret"), **words)
    group = make.make_group(name=of(f"{SECRET} group"), slug=of("secret"), is_open=True, **words)
    meeting = make.make_meeting(group=group, venue=SECRET, label=SECRET, note=SECRET, is_open=True)
    public_meeting = make.make_public_meeting(
        title=f"{SECRET} forum", slug=of("secret"), held_on=date(2999, 1, 1), about=SECRET, venue=SECRET,
        address=SECRET, area=SECRET, access=SECRET, other_organiser=SECRET, **words,
    )  # fmt: skip
    make.make_stop(meeting=public_meeting, place=SECRET)
    make.make_public_meeting(
        title=f"{SECRET} survey", slug=of("secret-survey"), kind="survey",
        answers_go_to=make.make_public_meeting(slug=of("open")), **words,
    )  # fmt: skip
    open_survey = make.make_public_meeting(
        slug=of("open-survey"),
        kind="survey",
        held_on=date(2998, 1, 1),
        partner=partner,
        answers_go_to=public_meeting,
    )
    public_group = make.make_group(slug=of("open"), reports_to=group, many={"documents": [document]})
    make.make_group(
        name=of(f"{SECRET} below"), slug=of("secret-below"), reports_to=make.make_group(slug=of("above")), **words
    )
    make.make_membership(group=public_group, partner=partner)
    # Named in their addresses, since a meeting shows no more of them
    papers = {
        kind: make.make_document(slug=of(f"{SECRET}-{kind}"), kind=kind, **words) for kind in ("agenda", "minutes")
    }
    for day in (date(2019, 1, 1), date(2998, 1, 1)):
        make.make_meeting(group=public_group, held_on=day, **papers)
    picture = make.make_picture(title=SECRET, alt=SECRET, caption=SECRET, credit=SECRET)
    page = make.make_page(
        title=f"{SECRET} page", slug=of("secret-page"), lead=SECRET, picture=picture,
        campaign_starts_on=date(2019, 1, 1), campaign_ends_on=date(2999, 12, 31), **words,
    )  # fmt: skip
    public_page = make.make_page(slug=of("open-page"), many={"documents": [document]})
    child = make.make_page(title=f"{SECRET} child", slug=of("secret-child"), menu="", parent=public_page, **words)
    orphan = make.make_page(slug=of("open-child"), menu="", parent=make.make_page(title=f"{SECRET} parent", **words))
    alert = {"title": SECRET, "advice": SECRET, "starts_at": make.LONG_AGO, "ends_at": make.FAR_AHEAD}
    Alert.objects.bulk_create([Alert(**{"published_at": make.LONG_AGO, **alert, **words})])  # beside one that shows
    make.make_route(name=of(f"{SECRET} route"), who_for=SECRET, in_person=SECRET, is_on_home_page=True, **words)
    objective = make.make_objective(title=f"{SECRET} objective", slug=of("secret"), strategy=public_strategy, **words)
    part_of_draft = make.make_objective(title=f"{SECRET} part", slug=of("part"), strategy=strategy)
    priority = make.make_priority(title=f"{SECRET} priority", slug=of("secret"), plan=public_plan, **words)
    below = make.make_priority(title=f"{SECRET} below", slug=of("below"), plan=public_plan, parent=priority)
    of_draft = make.make_priority(
        title=f"{SECRET} of draft", slug=of("part"), plan=plan, many={"objectives": [objective]}
    )
    public_objective = make.make_objective(strategy=public_strategy, slug=of("open"))
    sub_objective = make.make_objective(
        title=f"{SECRET} below", slug=of("sub"), strategy=public_strategy, parent=public_objective, **words
    )
    public_priority = make.make_priority(
        plan=public_plan, slug=of("open"), many={"leads": [partner], "objectives": [objective, public_objective]}
    )
    part = make.make_priority(
        title=f"{SECRET} below open", slug=of("sub"), plan=public_plan, parent=public_priority, **words
    )
    origin = make.make_action(priority=part, what=f"{SECRET} action")
    make.make_action(priority=public_priority, continues=origin, many={"leads": [partner]})
    public_priority.continues.set([priority, of_draft])
    public_priority.continued_in.set([part])
    proposal = make.make_strategy(title=f"{SECRET} idea", slug=of("secret-idea"), standing="proposed", **words)
    of_draft.objectives.add(public_objective)
    hidden = [
        proposal,
        document,
        strategy,
        plan,
        partner,
        group,
        page,
        child,
        objective,
        part_of_draft,
        sub_objective,
        priority,
        below,
        of_draft,
        part,
        public_meeting,
    ]
    shown_feeds = [f"{record.get_absolute_url()}updates.atom" for record in (public_strategy, public_plan)]
    meeting_shown = public_group.meetings.first()
    shown_feeds += [
        f"{open_survey.get_absolute_url()}calendar.ics",
        f"{public_group.get_absolute_url()}calendar.ics",
        f"{public_group.get_absolute_url()}{meeting_shown.pk}.ics",
    ]
    shown = [
        public_strategy,
        public_plan,
        public_group,
        public_page,
        public_objective,
        public_priority,
        open_survey,
        orphan,
    ]
    for record in hidden:
        make.make_note(record, f"{SECRET} note")
    files = [
        f"{strategy.get_absolute_url()}updates.atom",
        f"{plan.get_absolute_url()}updates.atom",
        f"{public_meeting.get_absolute_url()}calendar.ics",
        f"{group.get_absolute_url()}calendar.ics",
        f"{group.get_absolute_url()}{meeting.pk}.ics",
        f"{document.get_absolute_url()}file/",
        f"{document.get_absolute_url()}v/1/",
        f"{document.get_absolute_url()}v/1/file/",
    ]
    return [*(record.get_absolute_url() for record in hidden), *files], [
        *(record.get_absolute_url() for record in shown),
        *shown_feeds,
    ]


# How a record is not public, and how its address answers then
STATES = {
    "draft": ({"published_at": None}, 404),
    "scheduled": ({"published_at": make.FAR_AHEAD}, 404),
    "withdrawn": ({"withdrawn_at": make.LONG_AGO, "withdrawal_reason": "It was wrong."}, 410),
}


def test_no_public_address_mentions_what_is_unpublished(client, admin_client, db):
    fill()
    hidden, shown = {}, []
    for state, (fields, status) in STATES.items():
        addresses, beside = hide(state, **fields)
        hidden |= dict.fromkeys(addresses, status)
        shown += beside
    draft_all()
    found = re.findall(r"<loc>http://[^/]+([^<]+)</loc>", client.get("/sitemap.xml").content.decode())
    assert len(found) > 40
    fixed = ["/sitemap.xml", "/robots.txt", "/.well-known/security.txt", "/healthz", "/readyz"]
    fixed += ["/updates.atom", "/meetings/dates.atom", "/meetings/public/calendar.ics"]
    for address in {*found, *fixed, *shown, *SEEDED.values(), *FILLED.values()}:
        response = client.get(address)
        assert response.status_code == {SEEDED["not found"]: 404, FILLED["withdrawn"]: 410}.get(address, 200), address
        assert SECRET not in response.content.decode(), address
        assert "record:" not in response.content.decode(), f"links on {address} have their addresses"
        for day in ("2019-05-01", "2999-12-31"):
            assert SECRET not in client.get(address, {"on": day}).content.decode(), (address, day)
        assert SECRET not in client.get(address, {"page": "2"}).content.decode(), "on what a long list goes on with"
    for address, status in hidden.items():
        response = client.get(address, follow=True)
        assert response.status_code == status, address
        assert SECRET not in response.content.decode(), address
    for address in hidden:
        response = admin_client.get(address)
        assert response.status_code == 200, f"staff can preview {address}"
        if response.streaming:
            assert content_of(response)


def draft_all():
    """A draft of every record that readers see, with the secret word wherever a draft has words."""
    for model in (model for model in apps.get_models() if issubclass(model, Publishable)):
        for record in model.objects.published():
            fields = {
                name: SECRET if isinstance(value, str) else value for name, value in snapshot(record)["fields"].items()
            }
            words = {"change_note": SECRET, "words": SECRET, "state": Revision.State.DRAFT}
            place = {"model": model._meta.label_lower, "record": str(record.pk)}
            Revision.objects.create(**place, content={"fields": fields, "parts": {}}, **words)
            Readiness.objects.create(**place, change_note=SECRET, problem=SECRET)


def test_the_sweep_knows_every_kind_of_address():
    """A new route makes this fail until hide() or the lists above visit it."""
    routes = {str(route.pattern) for route in public_routes()}
    assert routes == {
        "",
        "contact/",
        "<slug:slug>/",
        "who-belongs/<slug:slug>/",
        "strategy/",
        "strategy/<slug:slug>/",
        "strategy/<slug:slug>/updates.atom",
        "action-plan/<slug:slug>/updates.atom",
        "updates/",
        "preview/<str:token>/",  # tests/admin/test_drafts.py
        "updates.atom",
        "strategy/<slug:strategy>/<slug:slug>/",
        "action-plan/",
        "action-plan/<slug:slug>/",
        "action-plan/<slug:plan>/<slug:slug>/",
        "meetings/<slug:slug>/",
        "meetings/<slug:slug>/calendar.ics",
        "meetings/<slug:slug>/<uuid:pk>.ics",
        "meetings/dates.atom",
        "meetings/public/",
        "meetings/public/past/",
        "meetings/public/calendar.ics",
        "meetings/public/<slug:slug>/",
        "meetings/public/<slug:slug>/calendar.ics",
        "documents/<slug:slug>/",
        "documents/<slug:slug>/file/",
        "documents/<slug:slug>/v/<number:number>/file/",
        "documents/<slug:slug>/v/<number:number>/",
        "pictures/<uuid:pk>/<str:name>",  # of which nobody knows the key while what shows it is unpublished
        "robots.txt",
        ".well-known/security.txt",
        "sitemap.xml",
        "healthz",
        "readyz",
    }
