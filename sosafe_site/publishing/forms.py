from datetime import datetime
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError

from sosafe_site.periods import today
from sosafe_site.publishing.clock import moment, this_minute
from sosafe_site.publishing.compare import Change
from sosafe_site.publishing.links import Answer, Judgement, astray, at_path, links_in, relinked
from sosafe_site.publishing.richtext import RichTextFormField
from sosafe_site.publishing.versions import on_day, saves_of
from sosafe_site.publishing.wording import advice, advice_on_words, grouped

# Buttons of a form that leave what the public sees as it is
APART = ("_draft", "_ready", "_preview")
# Texts of several lines that are never public, bear a date of their own, or are no sentences
NO_PROSE = {"address", "change_note", "notes", "withdrawal_reason"}


class LinkingForm(forms.ModelForm):
    """For records whose texts may link: what a link into this site leads to is judged when the text is saved."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remarks: list[str] = []  # for the officer, on what does not keep the form from being saved
        self.advice: dict[str, list[dict[str, Any]]] = {}  # on the words of each text that was changed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._spare_colleagues()
        linking = (name for name, each in self.fields.items() if isinstance(each, RichTextFormField | forms.URLField))
        links = {name: dict.fromkeys(links_in(cleaned[name])) for name in linking if cleaned.get(name)}
        judged = astray([link for of_one in links.values() for link in of_one])
        for name, of_one in links.items():
            for link in of_one:
                if link in judged:
                    self.judge(name, link, judged[link])
        for name in self.changed_data:
            if cleaned.get(name) and name not in NO_PROSE:
                self.advise(name, cleaned[name])
        return cleaned

    def _post_clean(self) -> None:
        """Also by the rules that concern what is not on the form, such as an address: Django leaves those out."""
        super()._post_clean()  # type: ignore[misc]  # Django's own, which its types don't name
        if self.errors or self.instance._state.adding:
            return
        try:
            self.instance.validate_constraints()
        except ValidationError as error:
            self.add_error(None, error.messages)

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

    def _spare_colleagues(self) -> None:
        """Refuses, once, to write over what was saved since the form was opened, and says what that was."""
        seen = self.data.get("seen", "")
        if self.instance._state.adding or not seen.isdigit():
            return
        for save in saves_of(self.instance).filter(pk__gt=int(seen)).select_related("user").order_by("pk"):
            self.add_error(
                None,
                f"{save.user.get_username()} saved this {on_day(save.action_time)}, after you had opened it: "
                f"{save.get_change_message()} What you typed is still here, and nothing of it is saved yet. "
                "Press the button again to let yours stand, or open the page anew to start from theirs.",
            )

    def judge(self, name: str, link: str, judgement: Judgement) -> None:
        """Puts a former address right and refuses what readers can't have; but an older text stops no other change."""
        is_new, words = name in self.changed_data, judgement.words(link)
        if judgement.answer == Answer.MOVED:
            if is_new and name in self.cleaned_data:  # where it is not, another of its links was refused
                present = at_path(link, judgement.present)
                self.cleaned_data[name] = relinked(self.cleaned_data[name], link, present)
                self.remarks.append(f"A link to {link} now leads to {present}, since that page has moved.")
        elif is_new and judgement.answer != Answer.DRAFT:
            self.add_error(name, words[0].upper() + words[1:])
        else:
            self.remarks.append(f"“{self.instance}”, {self.fields[name].label}: {words}")


class PublishableForm(LinkingForm):
    change_note = forms.CharField(
        label="What changed, for readers",
        required=False,
        max_length=500,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text="A sentence or two on what is new or different. Leave empty only what nobody needs to know, "
        "such as a corrected spelling.",
    )

    publish_at = forms.DateTimeField(
        label="Day and time",
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if draft := getattr(self.instance, "draft", None):
            self.initial.update(change_note=draft.note, publish_at=draft.publish_at)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._set_moment(cleaned.get("publish_at"))
        note, record = cleaned.get("change_note"), self.instance
        if record._state.adding:  # what it is to be a part of decides too
            for name in record.part_of:
                if cleaned.get(name):
                    setattr(record, name, cleaned[name])
        if note and record.published_at is None:
            self.add_error("change_note", "Readers can’t see a draft. Write this when you publish it.")
        if not note and record.published_at and not is_apart(self.data):
            drafted = {place or name for place, _, name in (change.at for change in drafted_changes(record))}
            if why := record.must_tell({*self.changed_data, *drafted}, today()):
                self.add_error("change_note", why)
        return cleaned

    def _set_moment(self, publish_at: datetime | None) -> None:
        """Of what is not public yet, the moment of publication is its own; of what is public, the draft's."""
        record = self.instance
        if "_schedule" in self.data and "publish_at" not in self.errors:
            if publish_at is None:
                self.add_error("publish_at", "Give the day and the time at which it should be published.")
            elif publish_at <= moment():
                self.add_error("publish_at", "This moment has passed. Choose a later one, or publish now.")
            elif not record.is_published:
                record.published_at = publish_at
        elif "_publish" in self.data and not record.is_published and not record.is_withdrawn:
            record.published_at = this_minute()


def is_apart(data: Any) -> bool:
    """Whether what was sent is to be a draft or a preview, which readers need not be told of."""
    return any(step in data for step in APART)


def drafted_changes(record: Any) -> list[Change]:
    draft = getattr(record, "draft", None)
    return draft.changes() if draft else []


class PartsFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        """Raises ValidationError when readers have to be told of a change of these parts and are not."""
        super().clean()
        is_told = bool(self.data.get("change_note", "").strip())
        if is_told or is_apart(self.data) or not self.instance.is_published or not self.has_changed():
            return
        if why := self.instance.must_tell({self.prefix}, today()):
            raise ValidationError(f"{why} Write it under “Note for readers”.")
