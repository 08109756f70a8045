import uuid

from django.db import models


class ContentMark(models.Model):
    """What all content now is known by: each change gives it another mark. Random and no number, so that a mark never
    means two things, not even when a backup is brought back and changed again."""

    is_public_content = False

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    mark = models.UUIDField(default=uuid.uuid4, editable=False)

    def __str__(self) -> str:
        return str(self.mark)
