"""Before what is dangerous, such as erasing, an officer shows once more who he is, unless he did so a moment ago.

So a session that was left open, or stolen, does the least harm. What he sent is not done behind his back afterwards:
resubmit.py shows it, to be sent again.
"""

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest


def is_fresh(request: HttpRequest) -> bool:
    return not get_adapter(request).is_reauthentication_required(app="publishing")


def demand_fresh_sign_in(request: HttpRequest) -> None:
    """Raises ReauthenticationRequired, which the admin answers by asking who it is."""
    if not is_fresh(request):
        raise ReauthenticationRequired
