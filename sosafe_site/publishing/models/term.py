from html import escape

from django.db import models
from django.utils.text import slugify

from sosafe_site.publishing.models.record import Record


class TermQuerySet(models.QuerySet["Term"]):
    def by_form(self) -> "dict[str, Term]":
        """Each under all that stands for it in a text, as HTML."""
        return {escape(form, quote=False): term for term in self for form in term.forms}


class Term(Record):
    """A word that is explained wherever a text has it."""

    word = models.CharField(
        max_length=80,
        unique=True,
        help_text="As texts have it, such as “JAG” or “ASB case review”. Small letters: any.",
    )
    others = models.CharField(
        "other forms", max_length=200, blank=True, help_text="With commas between, such as “case reviews, case review”."
    )
    meaning = models.TextField(help_text="In one or two sentences that need no other explanation.")

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = "explained word"
        ordering = ["word"]

    def __str__(self) -> str:
        return self.word

    @property
    def anchor(self) -> str:
        return f"word-{slugify(self.word)}"

    @property
    def forms(self) -> list[str]:
        """A form in small letters also begins a sentence."""
        typed = [form.strip() for form in (self.word, *self.others.split(",")) if form.strip()]
        return [*typed, *(form[0].upper() + form[1:] for form in typed)]
