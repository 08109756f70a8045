"""One gate for text on every way in: what no reader sees breaks no feed, turns no words round and fakes no title."""

from xml.etree import ElementTree

import icalendar
import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import models
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as some

from pages.management.commands import load_seed
from pages.models import Page, SiteSettings
from partners.models import Objective
from sosafe_site.accounts.models import Session
from sosafe_site.publishing.models import ChangeNote, Revision
from sosafe_site.publishing.models.audit import AuditEntry
from sosafe_site.publishing.models.tidied import NO_WORDS, Tidied, is_plain_text
from sosafe_site.publishing.revisions.draft import apply
from sosafe_site.publishing.revisions.snapshot import snapshot
from sosafe_site.publishing.text.sanitise import clean_html
from sosafe_site.publishing.text.tidy import tidy
from tests import make
from tests.admin.test_editing import url
from tests.forms import Form

DIRTY, CLEAN = "A\x0bbad\u202e day\u200b\x00 in Caf\u0065\u0301\ufffe \x93now\x94\ufeff", "A bad day in Café “now”"
FOLDERS = ("sosafe_site", "partners", "meetings", "pages")
OURS = [model for model in apps.get_models() if model.__module__.split(".")[0] in FOLDERS]
BY_PROGRAMS = (AuditEntry, Session)  # in which nobody writes
MAKERS = {**make.MAKERS, Revision: make.make_draft}
MAKERS = {kind: maker for kind, maker in MAKERS.items() if issubclass(kind, Tidied)}


def texts_of(kind):
    """Names of the fields that anybody fills with words, none of which is only of some form."""
    return [
        field.name
        for field in kind._meta.concrete_fields
        if type(field) in (models.CharField, models.TextField) and not field.choices and field.editable
    ]


TEXTS = [pytest.param(kind, name, id=f"{kind.__name__}.{name}") for kind in MAKERS for name in texts_of(kind)]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a\x0bb\x0cc\u2028d\u2029e", "a\nb\nc\nd\ne"),
        ("a\r\nb\tc", "a\r\nb\tc"),
        ("\ufeff\u200b\u00ad", ""),
        ("100% \u202eevil\u202c \u2066ok\u2069", "100% evil ok"),
        ("\ud800a\ufffe\U0001ffff\ufdd0", "a"),
        ("\x93a\x94 \x96 b\x85", "“a” – b…"),
        ("e\u0301", "é"),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿 👩‍👧 سلام", "🏴󠁧󠁢󠁥󠁮󠁧󠁿 👩‍👧 سلام"),
    ],
)
def test_what_nobody_sees_goes_and_all_else_stays(given, kept):
    assert tidy(given) == tidy(kept) == kept


def test_what_is_one_line_stays_one():
    assert tidy("a \x0b b\r\n\r\nc\td", is_one_line=True) == "a b c d"


@given(some.text())
def test_tidying_twice_changes_nothing_and_leaves_what_xml_can_hold(text):
    for is_one_line in (True, False):
        tidied = tidy(text, is_one_line=is_one_line)
        assert tidy(tidied, is_one_line=is_one_line) == tidied
        ElementTree.fromstring(f"<a>{tidied.replace('&', '').replace('<', '').replace(']]>', '')}</a>")


@given(some.lists(some.one_of(some.text(max_size=5), some.sampled_from(["<b>", "</b>", "<p>", "&#8238;", "&#11;"]))))
def test_a_text_with_markup_passes_the_same_gate(pieces):
    cleaned = clean_html("".join(pieces))
    assert clean_html(cleaned) == cleaned
    assert not {"\u202e", "\x0b", "\u200b", "\ufffe"} & set(cleaned)


def test_every_model_whose_words_people_write_passes_the_gate():
    beside = [
        model.__name__
        for model in OURS
        if not issubclass(model, (Tidied, *BY_PROGRAMS))
        and any(is_plain_text(field) and field.editable and not field.choices for field in model._meta.concrete_fields)
    ]
    assert beside == []
    assert len(TEXTS) > 40


@pytest.mark.parametrize(("kind", "name"), TEXTS)
def test_every_text_of_every_kind_is_tidy_once_it_is_stored(db, kind, name):
    record = MAKERS[kind]()
    for store in (by_save, by_bulk_update):
        kind._default_manager.filter(pk=record.pk).update(**{name: "x"})
        setattr(record, name, DIRTY)
        store(record, name)
        kept = kind._default_manager.values_list(name, flat=True).get(pk=record.pk)
        assert " ".join(kept.split()) == CLEAN, store.__name__


def by_save(record, name):
    record.save()


def by_bulk_update(record, name):
    type(record)._default_manager.bulk_update([record], [name])


def test_many_at_once_and_notes_for_readers_pass_the_gate_too(db):
    strategy = make.make_strategy()
    Objective.objects.bulk_create([Objective(strategy=strategy, title=DIRTY, slug="a")])
    assert Objective.objects.get().title == CLEAN
    ChangeNote.objects.tell(strategy, DIRTY)
    assert " ".join(ChangeNote.objects.get().text.split()) == CLEAN


@pytest.mark.parametrize("kind", [kind for kind in MAKERS if texts_of(kind)], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("words", ["\u200b", "—", "\u202e \u3164", "?!"])
def test_what_is_asked_for_holds_a_letter_or_a_number(db, kind, words):
    record = MAKERS[kind]()
    asked = [name for name in texts_of(kind) if not kind._meta.get_field(name).blank]
    for name in asked:
        setattr(record, name, words)
    if asked:
        with pytest.raises(ValidationError) as error:
            record.full_clean()
        refused = error.value.message_dict
        assert set(asked) <= set(refused)
        assert {tuple(refused[name]) for name in asked} <= {(NO_WORDS,), ("This field cannot be blank.",)}


def test_a_form_tells_of_a_title_that_nobody_would_see(admin_client):
    page = make.make_page(title="Seen")
    form = Form(admin_client, url(page, "change"))
    form.press("_publish", title="\u200b\u00ad")
    assert any("Fill this in" in problem for problem in form.problems())
    form.press("_publish", title="— —")
    assert any(NO_WORDS in problem for problem in form.problems())
    assert form["title"] == "— —", "what was typed is shown"
    assert form.press("_publish", title=DIRTY.replace("\x00", "")).status_code == 302
    page.refresh_from_db()
    assert page.title == CLEAN


def test_the_name_of_an_officer_passes_the_gate(admin_client):
    officer = make.make_officer("Editor")
    form = Form(admin_client, url(officer, "change"))
    assert form.press("_save", first_name="Ann\u202e\x0b", last_name="B\u200bee").status_code == 302
    officer.refresh_from_db()
    assert officer.get_full_name() == "Ann Bee"


def test_the_seed_and_an_earlier_version_pass_the_gate(db, monkeypatch):
    read = load_seed.read
    monkeypatch.setattr(load_seed, "read", lambda name: worded(read(name)))
    call_command("load_seed")
    assert Page.objects.exists()
    assert all(tidy(page.title) == page.title for page in Page.objects.all())
    page = make.make_page()
    content = snapshot(page)
    content["fields"]["title"] = DIRTY
    Revision.objects.bulk_create([Revision(model="pages.page", record=str(page.pk), content=content, state="kept")])
    assert apply(Revision.objects.get(record=str(page.pk))).title == CLEAN


def worded(value):
    if isinstance(value, dict):
        return {name: f"{each}\x0b\u202e" if name == "title" else worded(each) for name, each in value.items()}
    return [worded(each) for each in value] if isinstance(value, list) else value


#: What was stored before there was a gate: all that XML forbids or a line of a calendar can't hold
ANY = "".join(map(chr, range(1, 0x20))) + '\x7f\x85\u2028\u2029\u202e\ufffe\uffff\U0001ffff]]><a>&amp;;,\\n"x'


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.generate],
)
@example(ANY)
@given(some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60))
def test_feeds_and_calendars_are_well_formed_whatever_stands_in_the_tables(db, client, text):
    if not Page.objects.filter(slug="updates").exists():
        make.make_page(slug="updates")
        make.make_site()
    page, group, public = make.make_page(), make.make_group(), make.make_public_meeting()
    note = make.make_note(page)
    meeting = make.make_meeting(group=group)
    for record, fields in {
        page: {"title": text},
        group: {"name": text},
        SiteSettings.objects.get(): {"partnership": text},
        note: {"text": text},
        meeting: {"venue": text, "note": text},
        public: {"title": text, "about": text, "venue": text, "access": text},
    }.items():
        type(record).objects.filter(pk=record.pk).update(**fields)
    for path in ("/updates.atom", "/meetings/dates.atom"):
        ElementTree.fromstring(client.get(path).content)
    for of in (group, public):
        response = client.get(f"{of.get_absolute_url()}calendar.ics")
        [event] = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
        assert event["UID"]
        assert client.get(of.get_absolute_url()).status_code == 200
