"""The form by which readers write to the officers' mailbox. It stores nothing and sets no cookie."""

import re
from contextlib import suppress

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.http import HttpRequest, QueryDict
from django.utils.crypto import salted_hmac

from pages.models import SiteSettings
from sosafe_site.accounts.client import client_address

LONGEST_MESSAGE = 4_000  # characters
SOONEST, LATEST = 3, 24 * 60 * 60  # seconds between opening the form and sending it; programs are quicker
# Messages in an hour from everybody, and from one address, such as a library's. All processes count together.
FROM_ALL, FROM_ONE, HOUR = 60, 10, 60 * 60
PATH = re.compile(r"/(?!/)[a-zA-Z0-9._~/-]{0,300}")

CLOCK = TimestampSigner(salt="tell-us")
STALE = "This page was open for more than a day. What you typed is still here: please send it once more."
QUICK = "That was very quick. What you typed is still here: wait a few seconds, then send it once more."
NO_PERSON = (
    "We could not tell that a person sent this from our page. Please check what is here, then send it once more."
)
TOO_MANY = (
    "Too many messages are coming in just now, so yours was not sent. What you typed is still here. "
    "Send it again in an hour, or use the contact details on this page."
)
NOT_SENT = (
    "Something is wrong on our side, so your message was not sent. What you typed is still here. "
    "Send it again later, or use the contact details on this page."
)


class TellUs(forms.Form):
    message = forms.CharField(
        label="Your message",
        widget=forms.Textarea(attrs={"rows": 8, "cols": 30}),
        help_text=f"Up to {LONGEST_MESSAGE:,} characters.",
        error_messages={"required": "Write your message."},
    )
    email = forms.EmailField(
        label="Your e-mail address, if you want an answer",
        required=False,
        max_length=254,
        help_text="You can leave this empty.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": "Check your e-mail address: it looks like name@example.org. You can also leave it empty.",
            "max_length": "Check your e-mail address: it is too long. You can also leave it empty.",
        },
    )
    about = forms.CharField(required=False)
    opened = forms.CharField(required=False)
    website = forms.CharField(required=False)  # hidden from people; programs fill it in

    use_required_attribute = False

    def __init__(
        self, data: QueryDict | None = None, *, initial: dict[str, str] | None = None, is_from_here: bool = True
    ) -> None:
        super().__init__(data, initial=initial, auto_id="tell-us-%s")
        self.is_from_here = is_from_here

    @property
    def page(self) -> str:
        """The path of the page that the message is about; empty when there is none or it is no path of this site."""
        path = self["about"].value() or ""
        return path if PATH.fullmatch(path) else ""

    @property
    def ticket(self) -> str:
        """When the form was opened, signed, so that nobody need remember it; kept while a mistake is mended."""
        ticket = self["opened"].value() or ""
        return CLOCK.sign("") if too_old(ticket) else ticket

    def clean_message(self) -> str:
        """Not by max_length, which makes browsers cut off what is pasted without a word."""
        message = self.cleaned_data["message"].replace("\r\n", "\n")
        if len(message) > LONGEST_MESSAGE:
            raise ValidationError(
                f"Your message has {len(message):,} characters. Shorten it to {LONGEST_MESSAGE:,} or fewer."
            )
        return message

    def clean(self) -> None:
        if self.errors:
            return  # one thing at a time
        ticket = self.cleaned_data["opened"]
        if too_old(ticket):
            raise ValidationError(STALE)
        if not is_older(ticket, SOONEST):
            raise ValidationError(QUICK)
        if self.cleaned_data["website"] or not self.is_from_here:
            raise ValidationError(NO_PERSON)

    def send(self, site: SiteSettings) -> None:
        """Raises OSError when the mail server can't be reached or refuses."""
        sender = self.cleaned_data["email"]
        lines = [
            f"Page: {settings.SITE_URL}{self.page}" if self.page else "",
            f"Answer to: {sender}" if sender else "No e-mail address was given, so nobody can answer.",
            "",
            self.cleaned_data["message"],
        ]
        EmailMessage(
            subject=f"Message from the website of {' '.join(site.name.split())}",
            body="\n".join(lines).strip(),
            to=[site.mailbox],
            reply_to=[sender] if sender else None,
        ).send()


def is_older(ticket: str, seconds: int) -> bool:
    """Raises BadSignature when this site didn't sign it."""
    try:
        CLOCK.unsign(ticket, max_age=seconds)
    except SignatureExpired:
        return True
    return False


def too_old(ticket: str) -> bool:
    try:
        return is_older(ticket, LATEST)
    except BadSignature:
        return True


def is_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that one of our pages sent this. Browsers too old to say are believed."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin in {None, settings.SITE_URL, f"{request.scheme}://{request.get_host()}"}


def is_flood(request: HttpRequest) -> bool:
    """Counts one message more, and tells whether it is too many. Remembers a keyed hash of the address, for an hour."""
    sender = salted_hmac("tell-us", client_address(request)).hexdigest()
    limits = {"tell-us": FROM_ALL, f"tell-us-{sender}": FROM_ONE}
    if any(cache.get(key, 0) >= limit for key, limit in limits.items()):
        return True
    for key in limits:
        if not cache.add(key, 1, HOUR):
            with suppress(ValueError):  # its hour ended between the two lines
                cache.incr(key)
    return False
