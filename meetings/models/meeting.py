from django.db import models

from meetings.models.occasion import Occasion, OccasionQuerySet, ends_after_its_start, moves_to_another_day


class Meeting(Occasion):
    """One meeting of a group."""

    group = models.ForeignKey("Group", on_delete=models.CASCADE, related_name="meetings")

    objects = OccasionQuerySet.as_manager()

    class Meta:
        ordering = ["group", "held_on"]
        constraints = [
            models.UniqueConstraint(
                name="group_meets_once_a_day",
                fields=["group", "held_on"],
                violation_error_message="This group already has a meeting on that day.",
            ),
            ends_after_its_start("meeting"),
            moves_to_another_day("meeting"),
        ]

    def __str__(self) -> str:
        return f"{self.group.short_name}, {self.held_on:%-d %B %Y}"

    def get_absolute_url(self) -> str:
        return self.group.get_absolute_url()

    @property
    def headline(self) -> str:
        return str(self.group)

    @property
    def shown_since(self):
        return self.group.published_at
