"""What colleagues saved while a form was open."""

import re
from collections.abc import Iterator
from typing import Any

from sosafe_site.publishing.models.readiness import on_day
from sosafe_site.publishing.revisions.history import saves_since

SEEN = re.compile("[0-9]{1,18}")  # the key of a save
AGAIN = "Press the button again to let yours stand, or open the page anew to start from theirs."


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
