"""Every form of the admin, with every field filled in: saved untouched, part by part, and with what can't be taken."""

import html
from datetime import timedelta

import pytest
from django.apps import apps

from meetings.models import Group, Meeting, PublicMeeting, Stop
from pages.models import Alert, Page
from partners.models import ActionPlan, EarlierStanding, Objective, Priority, Strategy
from sosafe_site.periods import today
from sosafe_site.publishing.models import Document, Picture
from sosafe_site.urls import admin  # once they are loaded, what is registered is complete
from tests import make
from tests.admin.test_editing import url
from tests.forms import Form

pytestmark = pytest.mark.django_db
OF_A_WHOLE = {Meeting}  # whose form is that of what it is a part of
FORMS = [model for model in admin.site._registry if model in make.MAKERS and model not in OF_A_WHOLE]
every_form = pytest.mark.parametrize("model", FORMS, ids=lambda model: model.__name__)

WORDS = "Talk with everybody who lives, works or studies in Bedwell, Pin Green and the Old Town’s streets & squares"
TEXTS = {
    "anchor": "how-we-ask-{n}",
    "slug": "words-in-an-address-{n}",
    "telephone": "01438 24224{n}",
    "text_number": "07700 90012{n}",
    "relay_number": "18001 01438 24224{n}",
    "abbreviation": "SNF {n}",
    "name": "Safer Neighbourhoods & Old Town Forum {n}",
    "menu_label": "Safer streets {n}",
    "username": "anna.{n}",
    "starts_on": "{n} April 2027",
    "ends_on": "203{n}",
    "agreed_on": "July 2026",
    "until_on": "by {n} March 2030",
    "decided_on": "?",
}
VALUES = {
    "number": "{n}",
    "date": "203{n}-07-01",
    "time": "18:3{n}",
    "datetime-local": "203{n}-07-01T09:30",
    "url": "https://www.example.org/a?b={n}&c=d",
    "email": "team-{n}@example.org",
}
# What can't be filled in beside the rest, and what has to fit to other fields
LEFT_OUT = {
    "withdrawn_at",
    "withdrawal_reason",
    "replaced_by",
    "publish_at",
    "promised_days",
    "password",
    "is_cancelled",
}
FITTING = {
    Page: {"menu": "footer"},
    PublicMeeting: {"other_organiser": None, "answers_go_to": None, "ends": "20:00", "kind": "forum"},
    Stop: {"ends": "20:00"},
    Meeting: {"ends": "20:00", "minutes_approved_on": "2039-01-01"},
    Group: {"every_count": "1", "every_unit": "month", "which": "2", "weekday": "1", "counted_from": None},
    Strategy: {"standing": "agreed", "ends_on": "31 March 2999"},
    ActionPlan: {"standing": "agreed", "ends_on": "31 March 2999"},
    Objective: {"parent": None},
    Priority: {"parent": None},
    Picture: {"is_decoration": None},
    EarlierStanding: {"starts_on": "2010", "ends_on": "by 3 March 2015"},
    Alert: {"ends_at": "2999-01-01T09:00"},
}
PAPERS = {"agenda": "agenda", "minutes": "minutes"}


def one(model):
    """Not in the years of something that has ended, each change of which needs a note."""
    if model in (Strategy, ActionPlan):
        return make.MAKERS[model](ends_on=None)
    if model is Objective:
        return make.make_objective(strategy=make.make_strategy(standing="proposed", ends_on=None))
    if model is Priority:
        return make.make_priority(plan=make.make_plan(standing="proposed", ends_on=None))
    return make.MAKERS[model]()


NOTE = {"change_note": "Other words."}  # without which the words of what was agreed stay


def filled(form, model, prefix="", n=1):
    """A value for each field of the form, or of the new part whose names begin so."""
    found = {}
    for element in form.form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name]"):
        name = element.get("name")
        if not name.startswith(prefix) or (not prefix and "-" in name):
            continue
        own = name.removeprefix(prefix)
        is_given = own in {"id", "DELETE", "seen", "csrfmiddlewaretoken"} or own.startswith("_") or own in LEFT_OUT
        is_of_another = element.get("form") is not None  # form, that stands within this one
        if is_given or is_of_another or element.get("type") in {"hidden", "submit", "file"} or element.get("disabled"):
            continue
        found[name] = value_of(element, own, n)
    fitting = FITTING.get(model, {})
    found |= {f"{prefix}{name}": value for name, value in fitting.items() if f"{prefix}{name}" in found}
    return {name: value for name, value in found.items() if value is not None}


def value_of(element, name, n):
    kind = element.get("type", "text") if element.tag == "input" else element.tag
    if kind == "checkbox":
        return element.get("value", "on")
    if "data-field-name" in element.attrib:
        field = apps.get_model(element.get("data-app-label"), element.get("data-model-name"))._meta.get_field(
            element.get("data-field-name")
        )
        return chosen(field, n)
    if kind == "select":
        options = [option.get("value") for option in element.iter("option") if option.get("value")]
        return options[-1] if options else None
    if kind == "textarea":
        return (
            f"<p>{html.escape(WORDS)} {n}</p>"
            if "data-richtext" in element.attrib
            else f"{WORDS} {n}.\r\n\r\nAnd more."
        )
    if kind in VALUES:
        return VALUES[kind].format(n=n)
    most = int(element.get("maxlength", 200))
    return TEXTS.get(name, f"{WORDS} {n}").format(n=n)[:most].strip()


def chosen(field, n):
    if field.related_model is Document:
        kind = {"kind": field.name} if field.name in PAPERS else {}
        return str(make.make_document(**kind).pk)
    if field.name == "earlier":
        return str(make.make_priority(plan=make.make_plan(starts_on=today() - timedelta(days=9_000))).pk)
    return str(one(field.related_model).pk)


def full(client, model):
    """The form of a record with each field and two parts of every kind, as an officer has filled it in."""
    record = one(model)
    form = Form(client, url(record, "change"))
    sent = filled(form, model)
    for prefix in prefixes(form):
        for n in (1, 2):
            form.type(form.add(prefix))
            at = int(form[f"{prefix}-TOTAL_FORMS"]) - 1
            part = filled(form, part_model(model, prefix), f"{prefix}-__prefix__-", n)
            sent |= {name.replace("__prefix__", str(at)): value for name, value in part.items()}
    response = form.press(save_button(form), **sent)
    assert response.status_code == 302, form.problems()
    return record, sent


def prefixes(form):
    """Of the kinds of parts that can be added."""
    names = [name for name in form.fields if name.endswith("-__prefix__-id")]
    return [
        name.removesuffix("-__prefix__-id") for name in names if f"{name.removesuffix('id')}file" not in files(form)
    ]


def files(form):
    return set(form.form.xpath(".//input[@type='file']/@name"))


def part_model(model, prefix):
    return next(each.related_model for each in model._meta.related_objects if each.get_accessor_name() == prefix)


def save_button(form):
    buttons = form.form.xpath(".//*[@type='submit']/@name")
    return "_publish" if "_publish" in buttons else "_save"


def content(form):
    """What the form shows, without what belongs to this opening of it."""
    return {
        name: sorted(values)
        for name, values in form.fields.items()
        if name not in {"seen", "_number", "csrfmiddlewaretoken"}
    }


@every_form
def test_a_form_with_every_field_filled_keeps_every_word_and_is_saved_untouched_by_every_button(admin_client, model):
    record, sent = full(admin_client, model)
    form = Form(admin_client, url(record, "change"))
    shown = content(form)
    texts = {value for values in shown.values() for value in values}
    lost = {name: value for name, value in sent.items() if value not in texts and name != "change_note"}
    assert lost == {}
    buttons = [
        name for name in form.form.xpath(".//*[@type='submit']/@name") if name not in ("_saveasnew", "_addanother")
    ]
    for button in [*buttons, *buttons]:
        if button in ("_preview", "_schedule"):
            continue
        response = form.press(button)
        assert response.status_code == 302, (button, form.problems())
        form = Form(admin_client, url(record, "change"))
        assert content(form) == shown, button


@every_form
def test_each_part_is_changed_on_the_form_of_its_whole_also_after_it_was_saved_on_its_own(admin_client, model):
    record, _ = full(admin_client, model)
    form = Form(admin_client, url(record, "change"))
    rows = sorted(
        {
            name.removesuffix("id")
            for name in form.fields
            if name.endswith("-id") and form[name] and "__prefix__" not in name
        }
    )
    texts = [name for row in rows for name in form.fields if name.startswith(row) and form[name].startswith(WORDS[:20])]
    for row in rows:
        kind = part_model(model, row.split("-")[0])
        part = kind.objects.get(pk=form[f"{row}id"])
        if kind in FORMS:
            own = Form(admin_client, url(part, "change"))
            assert own.press(save_button(own)).status_code == 302, own.problems()
    for number, name in enumerate(texts):
        changed = f"Changed {number}"
        response = Form(admin_client, url(record, "change")).press(save_button(form), **{name: changed, **NOTE})
        assert response.status_code == 302
        assert Form(admin_client, url(record, "change"))[name] == changed


@every_form
def test_what_can_not_be_taken_is_told_and_every_word_stays_until_it_is_mended(admin_client, model):
    record, _ = full(admin_client, model)
    form = Form(admin_client, url(record, "change"))
    own = form.form.xpath(".//input[@name and not(@disabled) and not(@form)]")
    kinds = {each.get("name"): each.get("type") for each in own}
    good = dict(form.fields)
    broken = {name: "2026-02-30x" for name, kind in kinds.items() if kind in VALUES and "__prefix__" not in name}
    required = form.form.xpath(".//input[@required and @type='text']/@name | .//textarea[@required]/@name")
    broken |= {name: "" for name in required if name not in broken and name in good and "__prefix__" not in name}
    typed = {
        name: "Typed"
        for name in ("internal_notes", "lead", "summary", "role", "venue", "opening_hours")
        if name in form.fields
    }
    sent = {**broken, **typed, **{name: words for name, words in NOTE.items() if name in form.fields}}
    response = form.press(save_button(form), **sent)
    assert response.status_code == 200
    assert len(form.problems()) >= len(broken)
    assert {name: form[name] for name in sent} == sent
    assert {name for name in good if name not in form.fields} == set(), "a field went astray"
    mended = {name: good[name][0] for name in broken}
    assert form.press(save_button(form), **mended).status_code == 302, form.problems()
    form = Form(admin_client, url(record, "change"))
    assert {name: form[name] for name in typed} == typed


def test_every_kind_of_form_is_tried():
    only_looked_up = {"publishing.Address", "publishing.AuditEntry"}
    changeable = {model for model in admin.site._registry if model._meta.label not in only_looked_up}
    assert {*FORMS, *OF_A_WHOLE} == changeable
