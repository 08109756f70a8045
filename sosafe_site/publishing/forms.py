from typing import Any

from django import forms

from sosafe_site.publishing.links import Answer, Judgement, astray, at_path, links_in, relinked
from sosafe_site.publishing.richtext import RichTextFormField


class LinkingForm(forms.ModelForm):
    """For records whose texts may link: what a link into this site leads to is judged when the text is saved."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remarks: list[str] = []  # for the officer, on what does not keep the form from being saved

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        linking = (name for name, each in self.fields.items() if isinstance(each, RichTextFormField | forms.URLField))
        links = {name: dict.fromkeys(links_in(cleaned[name])) for name in linking if cleaned.get(name)}
        judged = astray([link for of_one in links.values() for link in of_one])
        for name, of_one in links.items():
            for link in of_one:
                if link in judged:
                    self.judge(name, link, judged[link])
        return cleaned

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
