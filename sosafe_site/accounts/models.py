"""Sign-ins that are open now."""

from django.contrib.auth.models import User
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Session(AbstractBaseSession):
    """Read and written by session_store. Holds no address of a network."""

    is_public_content = False

    account = models.ForeignKey(User, models.CASCADE, null=True, editable=False)  # none while a sign-in goes on
    used_at = models.DateTimeField(editable=False)

    class Meta(AbstractBaseSession.Meta):
        default_permissions = ()  # it is the site's own note

    def __str__(self) -> str:
        return f"Signed in until {self.expire_date}"
