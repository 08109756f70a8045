from django.db import models

from sosafe_site.publishing.models.record import Record


class Series(Record):
    """What strategies and plans of the same body, area or theme follow one another in. The partnership's own has none.

    Readers see its name above what belongs to it.
    """

    name = models.CharField(
        max_length=120, unique=True, help_text="What readers know it by, such as “Bedwell neighbourhood”."
    )
    owner = models.CharField(
        "whose it is", max_length=120, blank=True, help_text="The body that answers for it, if not the partnership."
    )
    area = models.CharField("area of the town", max_length=60, blank=True)
    position = models.PositiveSmallIntegerField("order in lists", default=100, help_text="Lower numbers come first.")

    class Meta:
        verbose_name_plural = "series of strategies and plans"
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def facts(self) -> str:
        """ "Hertfordshire County Council, Bedwell"; empty if neither is stated."""
        return ", ".join(filter(None, [self.owner, self.area]))
