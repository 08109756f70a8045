"""The forms of records: what is refused, what is advised, and what readers have to be told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError

from sosafe_site.periods import today
from sosafe_site.publishing.admin.collisions import saved_meanwhile
from sosafe_site.publishing.admin.fields import MomentField, wall_clock
from sosafe_site.publishing.admin.submission import Step, drafted_changes, is_unseen, was_published
from sosafe_site.publishing.clock import fault_of_hour, moment
from sosafe_site.publishing.constraints import rule_problems
from sosafe_site.publishing.models.publishable import Publishable, address_problems
from sosafe_site.publishing.models.record import Record
from sosafe_site.publishing.redirects import Judgement, Verdict
from sosafe_site.publishing.text.field import RichTextFormField
from sosafe_site.publishing.text.link_check import astray, at_path, links_in, relinked
from sosafe_site.publishing.text.paste import shown_as_code
from sosafe_site.publishing.text.readability import advice, advice_on_words, grouped
from sosafe_site.publishing.text.sanitise import remarks

# Texts of several lines that are never public, bear a date of their own, or are no sentences
NO_PROSE = {"address", "change_note", "internal_notes", "withdrawal_reason"}

FIRST = "It is taken as the first, before they do; if you mean the second, give a time from 2 in the morning."


class SparingForm(forms.ModelForm):
    """Refuses, once, to write over what was saved since it was opened, and says what that was."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.prefix:  # of parts, their formset asks
            for words in saved_meanwhile(self.data, self.instance):
                self.add_error(None, words)
        return cleaned


class LinkingForm(SparingForm):
    """For records whose texts may link: what a link into this site leads to is judged when the text is saved."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remarks: list[str] = []  # for the officer, on what does not keep the form from being saved
        self.advice: dict[str, list[dict[str, Any]]] = {}  # on the words of each text that was changed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name, each in self.fields.items():
            if isinstance(each, MomentField) and name in cleaned and name not in self.changed_data:
                cleaned[name] = self.initial.get(name)  # with its seconds
            elif isinstance(each, MomentField) and cleaned.get(name) and fault_of_hour(wall_clock(cleaned[name])):
                at = f"{wall_clock(cleaned[name]):%H:%M}"
                self.remarks.append(f"{each.label}: the clocks go back in that night, so {at} comes twice. {FIRST}")
        if not self.prefix:  # of parts, their formset asks
            self.judge_links(astray(self.links()))
        self.tell_left_out()
        for name in self.changed_data:
            if cleaned.get(name) and name not in NO_PROSE:
                self.advise(name, cleaned[name])
        return cleaned

    def _post_clean(self) -> None:
        """Leaves to check_together() what the database has to be asked; of parts, their formset calls that."""
        self.instance.is_one_of_many = True
        super()._post_clean()  # type: ignore[misc]  # a hook of Django's that django-stubs leaves out
        if self.prefix:
            return
        if isinstance(self.instance, Record) or not self.errors:  # of others, Django has asked some rules by now
            check_together([self], [self])
        self.instance.is_one_of_many = False

    def _save_m2m(self) -> None:
        """Only what was changed: to set the others to what they are would ask the database for each."""
        cleaned = self.cleaned_data
        self.cleaned_data = {name: value for name, value in cleaned.items() if name in self.changed_data}
        super()._save_m2m()  # type: ignore[misc]  # a hook of Django's that django-stubs leaves out
        self.cleaned_data = cleaned

    def texts(self) -> dict[str, str]:
        """What may hold links, by the names of the fields."""
        linking = (name for name, each in self.fields.items() if isinstance(each, RichTextFormField | forms.URLField))
        return {name: text for name in linking if (text := self.cleaned_data.get(name))}

    def links(self) -> list[str]:
        return [link for text in self.texts().values() for link in links_in(text)]

    def judge_links(self, judged: dict[str, Judgement]) -> None:
        for name, text in self.texts().items():
            for link in dict.fromkeys(links_in(text)):
                if link in judged:
                    self.judge(name, link, judged[link])

    def add_error(self, field: str | None, error: Any) -> None:
        """Also of a rule about what this form only shows, or doesn't: it is told of the whole."""
        found = error if isinstance(error, ValidationError) else ValidationError(error)
        if field is None and hasattr(found, "error_dict"):
            for name, errors in found.error_dict.items():
                super().add_error(name if name in self.fields else None, errors)
        else:
            super().add_error(field if field in self.fields else None, found)

    def tell_left_out(self) -> None:
        """What a text was sent with and doesn't take, as it is told of what is pasted."""
        for name, each in self.fields.items():
            if isinstance(each, RichTextFormField) and name in self.cleaned_data:
                code = shown_as_code(self.cleaned_data[name]) if name in self.changed_data else []
                said = [*remarks(str(self.data.get(self.add_prefix(name), ""))), *code]
                self.remarks += [f"“{self.instance}”, {each.label}: {words}" for words in said]

    def advise(self, name: str, value: Any) -> None:
        """Refuses what shuts readers out; on the rest of a text, advice that is shown once it is saved."""
        if isinstance(self.fields[name], RichTextFormField):
            found = advice(value)
        elif isinstance(self.fields[name].widget, forms.Textarea):
            found = advice_on_words(value)
        else:
            return
        for each in found:
            if each.kind.is_error:
                self.add_error(name, f"{each.kind.title} (“{each.words[:60]}”). {each.kind.why} {each.kind.how}")
        self.advice[name] = grouped([each for each in found if not each.kind.is_error])

    def judge(self, name: str, link: str, judgement: Judgement) -> None:
        """Puts a former address right and refuses what readers can't have; but an older text stops no other change."""
        is_new, words = name in self.changed_data, judgement.words(link)
        if judgement.answer == Verdict.MOVED:
            if is_new and name in self.cleaned_data:  # where it is not, another of its links was refused
                present = at_path(link, judgement.present)
                self.cleaned_data[name] = relinked(self.cleaned_data[name], link, present)
                setattr(self.instance, name, self.cleaned_data[name])
                self.remarks.append(f"A link to {link} now leads to {present}, since that page has moved.")
        elif is_new and judgement.answer != Verdict.DRAFT:
            self.add_error(name, words[0].upper() + words[1:])
        else:
            self.remarks.append(f"“{self.instance}”, {self.fields[name].label}: {words}")


def check_together(every: Sequence[LinkingForm], changed: Sequence[LinkingForm]) -> None:
    """What the database has to be asked of the records of these forms, all of one kind: in a few questions for all.

    That is whether their addresses clash, and whether those that changed break a rule of their table: any of them, for
    Django leaves out those that concern what is not on the form, such as an address.
    """
    moved = [form for form in every if isinstance(form.instance, Publishable) and form.instance.needs_settling(None)]
    if moved:
        add_problems(moved, address_problems([form.instance for form in moved]))
    add_problems(changed, rule_problems([form.instance for form in changed], [set(form.errors) for form in changed]))


def add_problems(forms_: Sequence[Any], problems: Sequence[ValidationError | None]) -> None:
    for form, problem in zip(forms_, problems, strict=True):
        if problem:
            form._update_errors(problem)


class PublishableForm(LinkingForm):
    change_note = forms.CharField(
        label="What changed, for readers",
        required=False,
        max_length=500,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text="A sentence or two on what is new or different. Leave empty only what nobody needs to know, "
        "such as a corrected spelling.",
    )

    publish_at = MomentField(
        label="Day and time",
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("slug", *self.instance.part_of):  # they could not be changed when the form was opened
            if self.is_bound and not self.instance._state.adding and name in self.fields and name not in self.data:
                self.fields[name].disabled = True
        submission = getattr(self.instance, "submission", None)
        for waiting in (submission.readiness, submission.draft) if submission else ():
            if waiting:
                self.initial["change_note"] = waiting.change_note
        if submission and submission.readiness:
            self.initial["publish_at"] = submission.readiness.publish_at

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        note, record = cleaned.get("change_note"), self.instance
        if record._state.adding:  # what it is to be a part of decides too
            for name in record.part_of:
                if cleaned.get(name):
                    setattr(record, name, cleaned[name])
        is_to_appear = not self.data.keys().isdisjoint((Step.PUBLISH, Step.SCHEDULE))
        if Step.SCHEDULE in self.data and "publish_at" not in self.errors:
            self._check_moment(cleaned.get("publish_at"), cleaned.get("withdrawn_at"))
        if note and not record.has_come_out and not is_to_appear:
            self.add_error("change_note", "Readers can’t see a draft. Write this when you publish it.")
        if not note and was_published(record) and not is_unseen(self.data):
            drafted = {change.name for change in drafted_changes(record)}
            if why := record.must_tell({*self.changed_data, *drafted}, today()):
                self.add_error("change_note", why)
        return cleaned

    def _check_moment(self, publish_at: datetime | None, withdrawn_at: datetime | None) -> None:
        if publish_at is None:
            self.add_error("publish_at", "Give the day and the time at which it should be published.")
        elif publish_at <= moment():
            self.add_error("publish_at", "This moment has passed. Choose a later one, or publish now.")
        elif withdrawn_at and withdrawn_at <= publish_at:
            self.add_error("withdrawn_at", "At that time it would be withdrawn. Clear this, or choose a later day.")
