import uuid

from django.db import models


class ContentMark(models.Model):
    """What all content now is known by: each change gives it another mark, which all rows make together.

    Random and no number, so that a mark never means two things, not even when a backup is brought back and changed
    again. On SQLite one row is enough; on PostgreSQL each change has its own, so that none waits for another.
    """

    is_public_content = False

    id = models.BigAutoField(primary_key=True)
    mark = models.UUIDField(default=uuid.uuid4, editable=False)

    def __str__(self) -> str:
        return str(self.mark)
