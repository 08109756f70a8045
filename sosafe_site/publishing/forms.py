from collections.abc import Sequence
from typing import Any

from django import forms

from sosafe_site.publishing.links import Answer, at_path, judge, links_in, path_of, relinked
from sosafe_site.publishing.richtext import RichTextFormField


class LinkingForm(forms.ModelForm):
    """For records whose texts may link: what a link into this site leads to is judged when the text is saved."""

    remarks: Sequence[str] = ()  # for the officer, on what did not keep the form from being saved

    def clean(self) -> dict[str, Any]:
        """Puts right what has moved; adds an error to a text just written that links to what readers can't have."""
        cleaned = super().clean() or self.cleaned_data
        remarks = []
        texts = {
            name: cleaned[name]
            for name, field in self.fields.items()
            if isinstance(field, RichTextFormField | forms.URLField) and cleaned.get(name)
        }
        links = {
            name: {link: path for link in links_in(text) if (path := path_of(link))} for name, text in texts.items()
        }
        judged = judge({path for of_field in links.values() for path in of_field.values()})
        for name, text in texts.items():
            moved = {}
            for link, path in links[name].items():
                words = judged[path].words(link)
                sentence = words[:1].upper() + words[1:]
                match judged[path].answer:
                    case Answer.MOVED if name in self.changed_data:
                        moved[link] = at_path(link, judged[path].present)
                        remarks.append(f"A link to {link} now leads to {moved[link]}, since that page has moved.")
                    case Answer.GONE | Answer.UNKNOWN if name in self.changed_data:
                        self.add_error(name, sentence)
                    case Answer.GONE | Answer.UNKNOWN | Answer.DRAFT:  # an older text must not stop another change
                        remarks.append(f"“{self.instance}”, {self.fields[name].label}: {words}")
            if moved and name in cleaned:
                cleaned[name] = relinked(text, moved)
        self.remarks = remarks
        return cleaned
