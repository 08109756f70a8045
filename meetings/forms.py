"""Adding many dates to a group: chosen from its pattern or pasted, looked over row by row, then saved together."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, cast

from dateutil.relativedelta import relativedelta
from django import forms
from django.core.exceptions import ValidationError
from django.db import models, transaction

from meetings.cadence import bank_holiday
from meetings.models import Group, Meeting
from meetings.pasted_dates import read_lines
from sosafe_site.publishing.admin import FIELD_OVERRIDES
from sosafe_site.publishing.admin.base import in_plain_words

MOST_ROWS = 100
TOO_MANY = f"Please add at most {MOST_ROWS} dates at once."
DATE, TIME = (FIELD_OVERRIDES[kind]["widget"] for kind in (models.DateField, models.TimeField))


class PlainForm(forms.Form):
    """Says what is wrong in the words of all forms of the site."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            in_plain_words(field)


class HoursAndPlace(PlainForm):
    starts = forms.TimeField(label="Starts at", required=False, widget=TIME)
    ends = forms.TimeField(label="Ends at", required=False, widget=TIME)
    venue = forms.CharField(
        label="Place", required=False, max_length=200, widget=forms.TextInput(attrs={"class": "vTextField"})
    )


class PatternForm(HoursAndPlace):
    """Raises ValidationError when the pattern gives no date, or too many."""

    first = forms.DateField(label="From", widget=DATE)
    last = forms.DateField(label="Until", widget=DATE)
    counted_from = forms.DateField(
        label="Counted from", widget=DATE, help_text="A day on which it meets or met. The pattern starts there."
    )
    field_order = ["first", "last", "counted_from"]
    rows: list[dict[str, Any]]  # once it is valid

    def __init__(self, group: Group, on: date, data: Any = None) -> None:
        latest = group.meetings.meant().order_by("held_on").last()
        first = max(latest.held_on + timedelta(days=1), on) if latest else on
        initial = {
            "first": first,
            "last": first + relativedelta(years=1, days=-1),
            # That a meeting was moved does not move the pattern
            "counted_from": group.counted_from or (latest and [*latest.former_days, latest.held_on][0]),
        }
        super().__init__(data, initial=initial)
        self.cadence = group.cadence
        if not (self.cadence and self.cadence.needs_a_start):
            del self.fields["counted_from"]

    def clean(self) -> None:
        given = self.cleaned_data
        if self.errors:
            return
        if self.cadence is None:
            raise ValidationError("The group has no pattern. Say on its form how often it meets, or paste the dates.")
        if not self.cadence.gives_days:
            raise ValidationError(f"That it meets {self.cadence} does not say on which days. Paste the dates.")
        if given["last"] < given["first"]:
            raise ValidationError("The last day is before the first day. Check both dates.")
        if given["last"] > given["first"] + relativedelta(years=5):
            raise ValidationError("That is more than five years. Choose a nearer last day.")
        days = self.cadence.days(given["first"], given["last"], given.get("counted_from", given["first"]))
        if not days:
            raise ValidationError("The pattern has no date between these days. Choose a later last day.")
        if len(days) > MOST_ROWS:
            raise ValidationError(TOO_MANY)
        same = {name: given[name] for name in ("starts", "ends", "venue")}
        self.rows = [{"held_on": day, **same} for day in days]


class PasteForm(PlainForm):
    """Raises ValidationError when lines have no year and none is given for them."""

    text = forms.CharField(
        label="The list, one date a line",
        max_length=20_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "class": "vLargeTextField"}),
        help_text="Such as “Mon 24 April 2017 1.30pm, Council Chamber”. Copied from Word or an e-mail is fine.",
    )
    year = forms.IntegerField(
        label="Year of the lines that have none",
        required=False,
        min_value=1998,
        max_value=2099,
        help_text="If such a list goes on after December: the year of its first date.",
    )
    rows: list[dict[str, Any]]  # once it is valid

    def clean(self) -> None:
        if self.errors:
            return
        lines = read_lines(self.cleaned_data["text"], self.cleaned_data["year"])
        if len(lines) > MOST_ROWS:
            raise ValidationError(TOO_MANY)
        if without := [line.text for line in lines if line.needs_year]:
            count = "One line has" if len(without) == 1 else f"{len(without)} lines have"
            self.add_error("year", f"{count} no year, such as “{without[0]}”. Which year is it?")
        self.rows = [
            {
                "held_on": line.day,
                "starts": line.starts,
                "ends": line.ends,
                "venue": line.place,
                "text": line.text,
                "remark": line.question or line.note,
            }
            for line in lines
        ]


class RowForm(HoursAndPlace):
    is_wanted = forms.BooleanField(label="Add this date", required=False, initial=True)
    held_on = forms.DateField(label="Date", required=False, widget=DATE)
    text = forms.CharField(required=False, widget=forms.HiddenInput)
    remark = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ["is_wanted", "held_on"]
    #: The fields of its meeting
    told: tuple[str, ...] = ("held_on", "starts", "ends", "venue")

    def clean(self) -> None:
        """Raises ValidationError when it is to be added but has no date."""
        if self.cleaned_data["is_wanted"] and "held_on" not in self.errors and not self.cleaned_data["held_on"]:
            self.add_error("held_on", "Give the date, or untick this row.")

    @property
    def day(self) -> date | None:
        return self.cleaned_data.get("held_on") if self.is_bound else self.initial.get("held_on")

    def save(self, meeting: Any) -> Any:
        """Raises nothing: what is wrong stands beside its field, and then nothing is saved."""
        for name in self.told:
            setattr(meeting, name, self.cleaned_data[name])
        try:
            meeting.full_clean()
        except ValidationError as error:
            for name, problems in error.error_dict.items():
                self.add_error(name if name in self.fields else None, problems)
        else:
            meeting.save()
        return meeting


class BaseRows(forms.BaseFormSet):
    @property
    def has_problems(self) -> bool:
        return any(form.errors for form in self.forms)

    def notes(self, group: Group, on: date) -> list[tuple[RowForm, list[str]]]:
        """Each row with what an officer should know about its day."""
        entered = dict(group.meetings.values_list("held_on", "is_mistake"))
        return [(form, [*notes_on(form.day, entered, on), *weekend(form.day)]) for form in self.forms]

    @transaction.atomic
    def save(self, group: Group) -> list[Meeting]:
        """All that are ticked or, when one of them can't be saved, none: then its row says why."""
        Group.objects.select_for_update().get(pk=group.pk)  # a double click waits here, then finds them entered
        return self.save_as(lambda: Meeting(group=group))

    def save_as(self, new: Callable[[], Any]) -> list[Any]:
        """Within a transaction. All that are ticked, each as a new one, or none."""
        meetings = [form.save(new()) for form in self.forms if form.cleaned_data["is_wanted"]]
        if self.has_problems:
            transaction.set_rollback(True)
            return []
        return meetings


Rows = cast(
    "type[BaseRows]",
    forms.formset_factory(RowForm, formset=BaseRows, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS),
)


def rows_from(group: Group, given: list[dict[str, Any]]) -> BaseRows:
    """To look over before anything is saved; what is entered already is not ticked."""
    entered = set(group.meetings.values_list("held_on", flat=True))
    return Rows(initial=[{**row, "is_wanted": row["held_on"] not in entered} for row in given])


def notes_on(day: date | None, entered: dict[date, bool], on: date) -> list[str]:
    """With the days that are entered already, each with whether that was a mistake."""
    if day is None:
        return []
    holiday = bank_holiday(day)
    found = {
        "already entered": entered.get(day) is False,
        "entered, and taken away as a mistake: if it holds now, untick that on the group’s form": entered.get(day),
        f"bank holiday in England: {holiday}": bool(holiday),
        "in the past": day < on,
    }
    return [note for note, holds in found.items() if holds]


def weekend(day: date | None) -> list[str]:
    """A note on a day on which few groups meet."""
    return [f"{day:%A}: at the weekend"] if day and day.weekday() >= 5 else []
