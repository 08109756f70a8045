from django.conf import settings


def can_send() -> bool:
    """Whether there is a mail server. What is only printed would tell addresses and links to whoever reads the log."""
    return not settings.EMAIL_BACKEND.endswith(".console.EmailBackend")
