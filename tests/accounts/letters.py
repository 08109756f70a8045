"""What officers get by e-mail, and the links in it."""

import re
import threading

from django.core import mail

PRINTED = "django.core.mail.backends.console.EmailBackend"  # as without a mail server
PASSWORD = "seven-grey-herons-wait"


class Broken:
    """A mail server that takes nothing."""

    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, messages):
        raise ConnectionRefusedError


def letters():
    """All that were sent by now, those that nobody waited for as well."""
    for thread in threading.enumerate():
        if thread.name == "letter":
            thread.join()
    return mail.outbox


def links_in(text):
    return re.findall(r"https?://\S+?/new-password/[^\s\"<]+", text)


def path_of(link, site="http://127.0.0.1:8000"):
    assert link.startswith(f"{site}/admin/account/new-password/"), link
    return link.removeprefix(site)


def opened(client, path):
    """The page to choose a password at which the link arrives, or that says that it has ended."""
    return client.get(path, follow=True)


def choose(client, path, password=PASSWORD):
    """As a browser does: it opens the link and sends the form that it finds there. None where there is no form."""
    page = opened(client, path)
    if b'name="password1"' not in page.content:
        return None
    return client.post(page.request["PATH_INFO"], {"password1": password, "password2": password}, follow=True)
