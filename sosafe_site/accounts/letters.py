"""E-mail to officers about their accounts. The first line of each template is the subject."""

import logging
from datetime import timedelta
from threading import Thread
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from sosafe_site.accounts.links import link_for, works_for
from sosafe_site.publishing.mail import can_send

logger = logging.getLogger(__name__)


def send(template: str, account: User, *, to: str = "", **context: Any) -> bool:
    """Whether the mail server took it. It goes to the account's own address, unless another is named."""
    address = to or account.email
    if not (address and can_send()):
        return False
    site = settings.SITE_URL
    context |= {"account": account, "site": site, "sign_in": f"{site}{reverse('admin:login')}"}
    subject, _, body = render_to_string(f"account/letters/{template}.txt", context).strip().partition("\n")
    try:
        return bool(send_mail(subject, body.strip() + "\n", None, [address]))
    except OSError as error:
        logger.error("The mail server took no message about an account: %s", type(error).__name__)
        return False


def send_link(account: User) -> bool:
    template = "new_password" if account.has_usable_password() else "invitation"
    return send(template, account, link=link_for(account), works_for=in_words(works_for(account)))


def in_words(span: timedelta) -> str:
    return f"{span.days} days" if span.days else f"{span.seconds // 3600} hours"


def send_later(template: str, account: User, **context: Any) -> None:
    """What the account's owner is to know; nobody waits for it."""
    in_background(send, template, account, **context)


def in_background(work: Any, *args: Any, **kwargs: Any) -> None:
    Thread(target=or_told, args=(work, *args), kwargs=kwargs, name="letter").start()


def or_told(work: Any, *args: Any, **kwargs: Any) -> None:
    """What fails where nobody waits for it is told as all else is that the log tells."""
    try:
        work(*args, **kwargs)
    except Exception as error:
        logger.exception("A message about an account could not be written: %s", type(error).__name__)
