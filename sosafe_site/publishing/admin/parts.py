"""The parts of a record on its form: what each would ask the database for is asked once for all of them."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from sosafe_site.periods import today
from sosafe_site.publishing.admin.collisions import saved_meanwhile
from sosafe_site.publishing.admin.fields import FetchedChoice, FetchedChoices
from sosafe_site.publishing.admin.forms import LinkingForm, check_together
from sosafe_site.publishing.admin.submission import drafted_changes, is_unseen, was_published
from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.publishing.models.readiness import Readiness, with_moments
from sosafe_site.publishing.revisions.snapshot import with_parents
from sosafe_site.publishing.text.field import RichTextFormField
from sosafe_site.publishing.text.link_check import astray
from sosafe_site.publishing.text.record_links import (
    Target,
    paths_in,
    record_links_in,
    targets,
    whose,
    with_addresses,
    with_records,
)


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


class PartsFormSet(forms.BaseInlineFormSet):
    model: Any
    line: Callable[[Any], dict[str, Any]]  # of the inline that it is for

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
        if not form.instance._state.adding:
            form.line = partial(self.line, form.instance)  # called when it is shown, with what was typed by then
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
        changed = [form for form in self.forms if form.has_changed()]
        self._put_records_into_texts([form.instance for form in changed])
        for form in changed:  # to be published for the first time is no change of its words
            if isinstance(form.instance, Publishable) and told_of(form) - {"published_at"}:
                form.instance.touch()
        saved = super().save(commit)
        if commit:
            self.model.settle([part for part in saved if part.needs_settling(None)])
        return saved

    def has_told_changes(self) -> bool:
        """Whether readers see something of what changes."""
        return bool(self.deleted_forms) or any(told_of(form) for form in self.forms)

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
        is_deleted = self.can_delete and self._should_delete_form(form)  # type: ignore[attr-defined]  # django-stubs leaves it out
        return is_deleted or (form not in self.initial_forms and not form.has_changed())

    def _written_over(self) -> list[models.Model]:
        """The parts that this form changes, and those that the draft does that it shows."""
        drafted = {change.at[1] for change in drafted_changes(self.instance) if change.at[0] == self.prefix}
        return [form.instance for form in self.initial_forms if form.has_changed() or str(form.instance.pk) in drafted]

    def _why_to_tell(self) -> str:
        """Why readers have to be told of what changes of public parts; empty when they are or need not be."""
        is_told = bool(self.data.get("change_note", "").strip()) or is_unseen(self.data)
        public = [form for form in self.forms if form.has_changed() and getattr(form.instance, "is_published", True)]
        if is_told or not was_published(self.instance) or not public:
            return ""
        names = {f"{self.prefix}.{name}" for form in public if form in self.initial_forms for name in told_of(form)}
        if any(form not in self.initial_forms or form in self.deleted_forms for form in public):
            names.add(str(self.prefix))
        return self.instance.must_tell(names, today())

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


def told_of(form: Any) -> set[str]:
    """The fields that changed and of which readers see something."""
    return {*form.changed_data} - form.instance.untold


def is_taken_away(form: Any) -> bool:
    return getattr(form.instance, "is_taken_away", False)


def as_key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
