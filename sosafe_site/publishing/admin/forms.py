import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.timezone import localtime, make_aware

from sosafe_site.periods import today
from sosafe_site.publishing.admin.submission import Step, drafted_changes, is_unseen, was_published
from sosafe_site.publishing.clock import moment
from sosafe_site.publishing.constraints import rule_problems
from sosafe_site.publishing.models.publishable import Publishable, Record, address_problems
from sosafe_site.publishing.models.readiness import Readiness, on_day, with_moments
from sosafe_site.publishing.redirects import Judgement, Verdict
from sosafe_site.publishing.revisions.history import saves_since
from sosafe_site.publishing.revisions.snapshot import with_parents
from sosafe_site.publishing.text.field import RichTextFormField
from sosafe_site.publishing.text.link_check import astray, at_path, links_in, relinked
from sosafe_site.publishing.text.readability import advice, advice_on_words, grouped
from sosafe_site.publishing.text.record_links import (
    Target,
    paths_in,
    record_links_in,
    targets,
    whose,
    with_addresses,
    with_records,
)

# Texts of several lines that are never public, bear a date of their own, or are no sentences
NO_PROSE = {"address", "change_note", "internal_notes", "withdrawal_reason"}
SEEN = re.compile("[0-9]{1,18}")  # the key of a save
AGAIN = "Press the button again to let yours stand, or open the page anew to start from theirs."


class MomentField(forms.DateTimeField):
    """A minute by London's clock, which is all that a browser asks for: the same minute is no change."""

    def to_python(self, value: Any) -> datetime | None:
        """Of an hour that comes twice, the first. Raises ValidationError for one that is left out."""
        try:
            return super().to_python(value)
        except ValidationError as error:
            if error.code != "ambiguous_timezone" or not error.params:
                raise
            typed = error.params["datetime"]
            first = make_aware(typed).astimezone(UTC)
            if wall_clock(first) != typed:
                words = "The clocks go forward in that night, so there is no such time. Give one an hour later."
                raise ValidationError(words) from error
            return first

    def has_changed(self, initial: Any, data: Any) -> bool:
        if self.disabled or not isinstance(initial, datetime):
            return super().has_changed(initial, data)
        try:
            sent = self.to_python(data)
        except ValidationError:
            return True
        return sent is None or wall_clock(sent) != wall_clock(initial)


def wall_clock(moment: datetime) -> datetime:
    return localtime(moment).replace(second=0, microsecond=0, tzinfo=None)


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
        if not self.prefix:  # of parts, their formset asks
            self.judge_links(astray(self.links()))
        for name in self.changed_data:
            if cleaned.get(name) and name not in NO_PROSE:
                self.advise(name, cleaned[name])
        return cleaned

    def _post_clean(self) -> None:
        """Leaves to check_together() what the database has to be asked; of parts, their formset calls that."""
        self.instance.is_one_of_many = True
        super()._post_clean()  # type: ignore[misc]  # Django's own, which its types don't name
        if self.prefix:
            return
        if isinstance(self.instance, Record) or not self.errors:  # of others, Django has asked some rules by now
            check_together([self], [self])
        self.instance.is_one_of_many = False

    def _save_m2m(self) -> None:
        """Only what was changed: to set the others to what they are would ask the database for each."""
        cleaned = self.cleaned_data
        self.cleaned_data = {name: value for name, value in cleaned.items() if name in self.changed_data}
        super()._save_m2m()  # type: ignore[misc]  # as above
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
    if every and isinstance(every[0].instance, Publishable):
        add_problems(every, address_problems([form.instance for form in every]))
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
            drafted = {place or name for place, _, name in (change.at for change in drafted_changes(record))}
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


class PartForm(LinkingForm):
    """Of a part that has a form of its own. Once it is public, the moment of that is a fact."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "published_at" in self.fields:
            self.fields["published_at"].disabled = self.instance.has_come_out
            self.initial["published_at"] = self.instance.published_at or getattr(self.instance, "publish_at", None)

    def save(self, commit: bool = True) -> Any:
        """Another moment takes the place of that for which it waited."""
        if "published_at" in self.changed_data:
            Readiness.objects.of(self.instance).delete()
        return super().save(commit)


class FetchedChoice(forms.ModelChoiceField):
    """A chooser of one of several forms: looks first among what was fetched for all of them."""

    fetched: dict[str, models.Model] = {}

    def to_python(self, value: Any) -> Any:
        return self.fetched.get(value) or super().to_python(value)


class FetchedChoices(forms.ModelMultipleChoiceField):
    """As FetchedChoice, of any number."""

    fetched: dict[str, models.Model] = {}

    def _check_values(self, value: Any) -> Any:
        if self.fetched.keys() >= set(value):
            return [self.fetched[key] for key in dict.fromkeys(value)]
        return super()._check_values(value)  # type: ignore[misc]  # Django's own


class PartsFormSet(forms.BaseInlineFormSet):
    """What each part would ask the database for itself is asked once for all of them."""

    model: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._chosen_by_name: dict[str, dict[str, models.Model]] = {}
        self._targets_by_name: dict[str, dict[str, Target]] = {}
        super().__init__(*args, **kwargs)

    def get_queryset(self) -> Any:
        """Of a form that was sent, the parts with which it was opened, in its order, whatever colleagues did since."""
        if not self.is_bound:
            if not hasattr(self, "_queryset"):
                self._queryset = with_moments(super().get_queryset())
            return self._queryset
        if not hasattr(self, "_opened_with"):
            count = min(self.initial_form_count(), self.total_form_count())
            keys = [as_key(self.data.get(f"{self.add_prefix(n)}-id", "")) for n in range(count)]
            there = with_moments(self._parts()).in_bulk([key for key in keys if key])
            self._opened_with = [self._part(key, there.get(key)) for key in keys]
        return self._opened_with

    def _parts(self) -> Any:
        """With what each form reads of its part."""
        many = [field.name for field in self.model._meta.many_to_many if field.name in self.form.base_fields]
        return with_parents(self.model._default_manager.all(), but=self.fk.name).prefetch_related(*many)

    def _part(self, key: UUID | None, there: Any) -> models.Model:
        """For what was taken away, or is a part of something else by now, one that is not there: Django saves none."""
        if there and getattr(there, self.fk.attname) == self.instance.pk:
            there.before = {field.attname: getattr(there, field.attname) for field in there._meta.concrete_fields}
            return there
        part = self.model(**{self.fk.attname: self.instance.pk})
        if key:
            part.pk, part.is_taken_away = key, there is None
        return part

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if not self.is_bound:
            return
        form.instance.is_one_of_many = True
        key = None if form.instance._state.adding else form.instance.pk  # get_queryset() has looked for them all
        form.fields["id"] = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=key)
        for name, field in form.fields.items():
            if isinstance(field, FetchedChoice | FetchedChoices):
                field.fetched = self._chosen(name, field)
            elif isinstance(field, RichTextFormField) and form.initial.get(name):
                text = form.initial[name]
                form.initial[name] = with_addresses(text, for_readers=False, known=self._targets(name))

    def _chosen(self, name: str, field: Any) -> dict[str, models.Model]:
        """What a chooser has in all the forms that were sent, by its key, each with what it is a part of."""
        if name not in self._chosen_by_name:
            sent = [
                field.widget.value_from_datadict(self.data, self.files, f"{self.add_prefix(n)}-{name}")
                for n in range(self.total_form_count())
            ]
            keys = {as_key(key) for one in sent for key in (one if isinstance(one, list) else [one or ""])}
            found = with_parents(field.queryset.filter(pk__in=keys - {None}))
            self._chosen_by_name[name] = {str(each.pk): each for each in found}
        return self._chosen_by_name[name]

    def _targets(self, name: str) -> dict[str, Target]:
        """Where the links of this text of all parts lead."""
        if name not in self._targets_by_name:
            texts = [getattr(part, name) for part in self.get_queryset()]
            self._targets_by_name[name] = targets({link for text in texts for link in record_links_in(text)})
        return self._targets_by_name[name]

    def save(self, commit: bool = True) -> Any:
        changed = [form.instance for form in self.forms if form.has_changed()]
        self._put_records_into_texts(changed)
        for part in changed:
            if isinstance(part, Publishable):
                part.touch()
        saved = super().save(commit)
        if commit:
            self.model.settle(saved)
        return saved

    def save_existing_objects(self, commit: bool = True) -> list[Any]:
        """What a colleague took away is made again if the form shows all of it: its officer was told, and insists."""
        saved = super().save_existing_objects(commit)
        for form in self.initial_forms:
            is_wanted = is_taken_away(form) and form not in self.deleted_forms and not isinstance(form, PartForm)
            if is_wanted:
                self.changed_objects.append((form.instance, form.changed_data))
                saved.append(self.save_existing(form, form.instance, commit))
        return saved

    def _put_records_into_texts(self, parts: list[Any]) -> None:
        """As each text does when it is saved, which then finds nothing to look up any more."""
        names = [name for name, field in self.form.base_fields.items() if isinstance(field, RichTextFormField)]
        known = whose({path for part in parts for name in names for path in paths_in(getattr(part, name))})
        for part in parts:
            for name in names:
                setattr(part, name, with_records(getattr(part, name), known))

    def clean(self) -> None:
        """Raises ValidationError when parts were changed meanwhile, or when readers are to be told of a change."""
        found: list[Any] = []
        stay: list[Any] = [form for form in self.forms if not self._is_left_out(form)]
        judged = astray([link for form in stay for link in form.links()])
        for form in stay:
            form.judge_links(judged)
        check_together(stay, [form for form in stay if form.has_changed()])
        try:
            super().clean()
        except ValidationError as error:
            found += error.error_list
        found += saved_meanwhile(self.data, self.instance, self._written_over())
        if not found and (why := self._why_to_tell()):
            found.append(f"{why} Write it under “Note for readers”.")
        if found:
            raise ValidationError(found)

    def _is_left_out(self, form: Any) -> bool:
        is_deleted = self.can_delete and self._should_delete_form(form)  # type: ignore[attr-defined]  # Django's own
        return is_deleted or (form not in self.initial_forms and not form.has_changed())

    def _written_over(self) -> list[models.Model]:
        """The parts that this form changes, and those that the draft does that it shows."""
        drafted = {change.at[1] for change in drafted_changes(self.instance) if change.at[0] == self.prefix}
        return [form.instance for form in self.initial_forms if form.has_changed() or str(form.instance.pk) in drafted]

    def _why_to_tell(self) -> str:
        """Why readers have to be told of what changes of public parts; empty when they are or need not be."""
        is_told = bool(self.data.get("change_note", "").strip()) or is_unseen(self.data)
        changed = [form.instance for form in self.forms if form.has_changed()]
        is_public = any(getattr(part, "is_published", True) for part in changed)
        if is_told or not was_published(self.instance) or not is_public:
            return ""
        return self.instance.must_tell({self.prefix}, today())

    def get_unique_error_message(self, unique_check: Sequence[str]) -> str:
        """The words of the rule by which two of them clash."""
        names = {*unique_check} - {self.fk.name}
        rules = (
            rule for rule in self.model._meta.constraints if {*getattr(rule, "fields", ())} - {self.fk.name} == names
        )
        return next(
            (str(rule.violation_error_message) for rule in rules), super().get_unique_error_message(unique_check)
        )

    def get_form_error(self) -> str:
        return "Another one on this form has the same."


def is_taken_away(form: Any) -> bool:
    return getattr(form.instance, "is_taken_away", False)


def as_key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def saved_meanwhile(data: Any, record: Any, parts: list[Any] | None = None) -> Iterator[str]:
    """What others saved of a record, or of these parts of it, since its form was opened, in words.

    It is told once: the form that tells it counts as opened then.
    """
    seen = data.get("seen", "")
    if not SEEN.fullmatch(seen) or "_preview" in data:  # which writes over nothing
        return
    for save in saves_since(int(seen), [record] if parts is None else parts):
        who, when, words = save.user.get_username(), on_day(save.action_time), save.get_change_message()
        if save.is_deletion():
            said = (
                f"{who} deleted “{save.object_repr}” {when}, after you had opened this form. "
                "It can be brought back from its list, under “Deleted”."
            )
        elif parts is None:
            said = f"{who} saved this {when}, after you had opened it: {words}"
        else:
            said = f"{who} saved “{save.object_repr}” {when}, after you had opened this form: {words}"
        yield f"{said} {AGAIN}"
