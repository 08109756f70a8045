from typing import Any

from django.contrib.auth.backends import ModelBackend


class OfficersBackend(ModelBackend):
    """Nobody but officers signs in. Of a closed account it says what it says of a wrong password, and as late."""

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(super().user_can_authenticate(user) and user.is_staff)
