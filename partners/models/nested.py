"""Parts of a strategy or plan that have parts of their own, one level deep."""

from typing import Any

from django.core.exceptions import ValidationError


def refuse_nesting(part: Any, whole: str, subparts: str) -> None:
    """Raises ValidationError unless it stands under one of the same whole that stands under none itself.

    "whole" is the field of what both belong to, "subparts" the relation to those that stand under it.
    """
    names = (f"{whole}_id", "parent_id")
    is_as_it_was = part.before and all(part.before[name] == getattr(part, name) for name in names)
    if is_as_it_was or part.parent is None:
        return
    noun = part._meta.verbose_name
    if getattr(part.parent, names[0]) != getattr(part, names[0]):
        of = part._meta.get_field(whole).related_model._meta.verbose_name
        problem = f"Choose one of the same {of}."
    elif part.parent.parent_id is not None:
        problem = f"That one is itself a sub-{noun}. Choose a main {noun}."
    elif part.parent_id == part.pk:
        problem = f"It can’t be a part of itself. Choose another {noun}."
    elif getattr(part, subparts).exists():
        problem = f"This {noun} has sub-{part._meta.verbose_name_plural}, so it can’t become one."
    else:
        return
    raise ValidationError({"parent": problem})
