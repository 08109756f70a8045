"""A form of the admin as a browser has it: with all that it sends back, its hidden fields too."""

from dataclasses import dataclass, field
from typing import Any

import lxml.html


@dataclass
class Form:
    """An officer's window in which a form is open. It stays as it was opened, whatever others do meanwhile."""

    client: Any
    address: str
    response: Any = field(repr=False, default=None)

    def __post_init__(self) -> None:
        self.read(self.response or self.client.get(self.address))

    def read(self, response) -> None:
        assert response.status_code == 200, (self.address, response.status_code)
        self.response = response
        self.html = lxml.html.fromstring(response.content.decode())
        [self.form] = [form for form in self.html.forms if form.get("id", "").endswith("_form")]
        self.fields: dict[str, list[Any]] = {}
        for name, value in self.form.form_values():
            self.fields.setdefault(name, []).append(value)
        for empty in self.form.xpath(".//input[not(@value) and @name and not(@disabled)]"):
            if empty.get("type", "text") not in {"checkbox", "radio", "submit", "button", "file", "image", "reset"}:
                self.fields.setdefault(empty.get("name"), [""])
        for area in self.form.iter("textarea"):
            if area.get("disabled") is None:
                self.fields[area.get("name")] = [as_sent(area.text or "")]

    def press(self, button: str, **changes: Any):
        """What the site answers. A form that is refused stays open, with what it then shows."""
        sent: dict[str, Any] = {**self.fields, button: "", **changes}
        sent = {name: value for name, value in sent.items() if value is not None}
        response = self.client.post(self.address, sent)
        if response.status_code == 200 and "offers" in response.context:  # asked what is published with it: nothing
            sent["asked"] = [each.key for each in response.context["offers"]]
            response = self.client.post(self.address, sent)
        if response.status_code == 200:
            self.read(response)
        return response

    def type(self, fields: dict[str, Any]) -> None:
        """Into the window, before anything is pressed."""
        self.fields |= {name: value if isinstance(value, list) else [value] for name, value in fields.items()}

    def __getitem__(self, name: str) -> Any:
        return self.fields[name][0]

    def problems(self) -> list[str]:
        """As they are listed above the form."""
        return [" ".join(each.text_content().split()) for each in self.html.xpath("//*[@id='problems']//li")]

    def row(self, part: Any) -> str:
        """What the names of the fields of a part begin with, such as "sections-0-"."""
        return next(
            name.removesuffix("id")
            for name, values in self.fields.items()
            if name.endswith("-id") and values == [str(part.pk)]
        )

    def add(self, prefix: str, **values: Any) -> dict[str, Any]:
        """What a press of "Add another" and some typing send: the fields of a new part."""
        number = int(self[f"{prefix}-TOTAL_FORMS"])
        blank = {
            name.replace("__prefix__", str(number)): values[0]
            for name, values in self.fields.items()
            if name.startswith(f"{prefix}-__prefix__-")
        }
        typed = {f"{prefix}-{number}-{name}": value for name, value in values.items()}
        return {**blank, f"{prefix}-TOTAL_FORMS": str(number + 1), **typed}


def as_sent(text: str) -> str:
    """The text of a box as browsers send it; they drop the first line break after its tag."""
    return text.replace("\r\n", "\n").removeprefix("\n").replace("\n", "\r\n")
