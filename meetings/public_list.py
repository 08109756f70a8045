"""Announcing several public meetings from a pasted list: read, looked over row by row, then saved together."""

from datetime import date
from typing import Any, cast

from django import forms
from django.db import transaction

from meetings.forms import MOST_ROWS, BaseRows, PasteForm, PlainForm, RowForm, notes_on
from meetings.models import PublicMeeting
from partners.models import Partner

KINDS = [("", "Choose one"), *((kind, kind.label) for kind in PublicMeeting.Kind if kind != PublicMeeting.Kind.SURVEY)]
AREA_FIRST, PLACE_FIRST, PLACE_ONLY = "area-place", "place-area", "place"
WIDE = {"class": "vTextField"}


class SameForAll(PlainForm):
    """What all meetings of a list have in common. Raises ValidationError for two organisers."""

    kind = forms.ChoiceField(label="Kind", choices=KINDS)
    partner = forms.ModelChoiceField(
        Partner.objects.all(), label="Organised by", required=False, empty_label="Not one of the partners, or not known"
    )
    other_organiser = forms.CharField(
        label="Or by another body", required=False, max_length=120, widget=forms.TextInput(attrs=WIDE)
    )

    def clean(self) -> None:
        if self.cleaned_data.get("partner") and self.cleaned_data.get("other_organiser"):
            self.add_error("other_organiser", "Give one organiser: either a partner or the name of another body.")


class ListForm(SameForAll, PasteForm):
    title = forms.CharField(
        label="Title of each",
        max_length=60,
        help_text="What people call it, such as “Street meet”.",
        widget=forms.TextInput(attrs=WIDE),
    )
    title_ends = forms.ChoiceField(
        label="After the title",
        choices=[("area", "the area, such as “Street meet, Bedwell”"), ("venue", "the place"), ("", "nothing more")],
        required=False,
        initial="area",
    )
    order = forms.ChoiceField(
        label="After the time, a line says",
        choices=[
            (AREA_FIRST, "the area of the town, then the place"),
            (PLACE_FIRST, "the place, then the area of the town"),
            (PLACE_ONLY, "only the place"),
        ],
        initial=AREA_FIRST,
    )
    field_order = ["kind", "title", "title_ends", "partner", "other_organiser", "text", "order", "year"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = "The list, one meeting a line"
        self.fields["text"].help_text = (
            "Such as “Saturday 6 March 2027, 10am to 12 noon, Bedwell, Town Centre Gardens”. "
            "Copied from Word or an e-mail is fine. You look over each line before anything is saved."
        )

    def clean(self) -> None:
        SameForAll.clean(self)
        PasteForm.clean(self)
        for row in self.rows if not self.errors else ():
            row["area"], row["venue"] = area_and_place(row["venue"], self.cleaned_data["order"])
            end = row.get(self.cleaned_data["title_ends"], "")
            row["title"] = ", ".join(filter(None, [self.cleaned_data["title"], end]))


def area_and_place(said: str, order: str) -> tuple[str, str]:
    """What is not divided by a comma is a place."""
    if order == PLACE_ONLY or "," not in said:
        return "", said
    if order == PLACE_FIRST:
        place, _, area = said.rpartition(",")
    else:
        area, _, place = said.partition(",")
    return area.strip(), place.strip()


class MeetingRow(RowForm):
    title = forms.CharField(label="Title", max_length=120, required=False, widget=forms.TextInput(attrs=WIDE))
    area = forms.CharField(label="Area of the town", max_length=60, required=False)
    field_order = ["is_wanted", "held_on", "starts", "ends", "title", "area", "venue"]
    told = (*RowForm.told, "title", "area")

    @property
    def spot(self) -> tuple[date | None, str]:
        """Two meetings with the same are most likely one."""
        return spot(self.day, self["venue"].value() or "")

    def clean(self) -> None:
        """Raises ValidationError when it is to be added but has no date or no title."""
        super().clean()
        if self.cleaned_data["is_wanted"] and "title" not in self.errors and not self.cleaned_data["title"]:
            self.add_error("title", "Give the title, or untick this row.")

    def save(self, meeting: PublicMeeting) -> PublicMeeting:
        meeting.slug = PublicMeeting.slug_for(self.cleaned_data["title"], self.cleaned_data["held_on"])
        return super().save(meeting)


def spot(day: date | None, venue: str) -> tuple[date | None, str]:
    return day, " ".join(venue.casefold().split())


class BaseMeetingRows(BaseRows):
    forms: list[MeetingRow]

    def looked_over(self, on: date) -> list[tuple[MeetingRow, list[str]]]:
        """Each row with what an officer should know about it."""
        entered = entered_on([form.day for form in self.forms])
        found: list[tuple[MeetingRow, list[str]]] = []
        for number, form in enumerate(self.forms):
            notes = [f"already entered: {entered[form.spot]}"] if form.spot in entered else []
            if form.day and form.spot in [other.spot for other in self.forms[:number]]:
                notes.append("the same day and place stand in this list above")
            found.append((form, [*notes, *notes_on(form.day, {}, on)]))
        return found

    @transaction.atomic
    def announce(self, same: dict[str, Any]) -> list[PublicMeeting]:
        """Drafts of all that are ticked or, when one of them can't be saved, none: then its row says why."""
        return self.save_as(lambda: PublicMeeting(**same))


MeetingRows = cast(
    "type[BaseMeetingRows]",
    forms.formset_factory(MeetingRow, formset=BaseMeetingRows, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS),
)


def entered_on(days: list[date | None]) -> dict[tuple[date | None, str], PublicMeeting]:
    meetings = PublicMeeting.objects.filter(held_on__in=[day for day in days if day])
    return {spot(meeting.held_on, meeting.venue): meeting for meeting in meetings}


def rows_of_list(given: list[dict[str, Any]]) -> BaseMeetingRows:
    """To look over before anything is saved; what is there already is not ticked."""
    seen = set(entered_on([row["held_on"] for row in given]))
    initial = []
    for row in given:
        place = spot(row["held_on"], row["venue"])
        initial.append({**row, "is_wanted": place not in seen})
        if row["held_on"]:
            seen.add(place)
    return MeetingRows(initial=initial)
