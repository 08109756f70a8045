"""What this site keeps besides its content, why, and for how long: the one table of it.

manage.py forget_old ends what is over, the privacy page shows the rows about people, the officers' guide all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.sessions.models import Session as SessionOfDjango

from pages.forms import HOUR
from pages.privacy.orphans import UNTOUCHED, delete_orphans
from sosafe_site.accounts.limits import forget_old_counts
from sosafe_site.accounts.links import INVITED_FOR, NEW_PASSWORD_WITHIN
from sosafe_site.accounts.models import Session
from sosafe_site.accounts.session_store import IDLE, LONGEST
from sosafe_site.publishing.clock import right_now
from sosafe_site.publishing.models import AuditEntry, Revision, SentForm
from sosafe_site.publishing.models.revision import PREVIEWED_FOR, SHARED_FOR
from sosafe_site.publishing.models.sent_form import REMEMBERED

A_DAY = timedelta(days=1)
UNITS = {"year": 365 * A_DAY, "day": A_DAY, "hour": timedelta(hours=1), "minute": timedelta(minutes=1)}


def in_words(time: timedelta) -> str:
    """In the largest unit of which it is a whole number. Raises StopIteration for what has seconds."""
    unit = next(unit for unit, length in UNITS.items() if time % length == timedelta(0))
    number = time // UNITS[unit]
    return f"{number} {unit}{'' if number == 1 else 's'}"


@dataclass(frozen=True)
class Kept:
    """The last three: what holds it, how what is over is ended, and what that is called where it is counted."""

    what: str
    why: str
    until: str
    models: tuple[str, ...] = ()
    end: Callable[[], int] | None = None
    ended: str = ""


def end_sessions() -> int:
    """Of Django's own table too, which this site used before it had its own."""
    return sum(kind.objects.filter(expire_date__lte=right_now()).delete()[0] for kind in (Session, SessionOfDjango))


def end_shown_for_a_time() -> int:
    """One by one, each with the files that only it has."""
    count = 0
    for key in list(Revision.objects.over().order_by().values_list("pk", flat=True)):
        if version := Revision.objects.over().filter(pk=key).first():  # nobody has made its link anew meanwhile
            version.delete()
            count += 1
    return count


# Of everybody who reads the site
OF_READERS = [
    Kept(
        "How many messages came by the contact form",
        "To keep out floods. They are counted under a code that is made of the address of a connection and a secret of "
        "this website, so nobody gets the address out of it.",
        f"{in_words(timedelta(seconds=HOUR))}; gone within a day after that.",
        end=forget_old_counts,
        ended="counts that were over, of messages and of failed sign-ins",
    ),
]
# Of officers who sign in
OF_OFFICERS = [
    Kept(
        "The account: name, e-mail address and role, and what password and second factor are checked against",
        "So that nobody else signs in for an officer.",
        "Until an administrator closes it. Its number stays beside what was done with it; its name and address go if "
        "the officer wishes.",
        (
            "auth.User",
            "auth.User_groups",
            "auth.User_user_permissions",
            "account.EmailAddress",
            "account.EmailConfirmation",
            "mfa.Authenticator",
        ),
    ),
    Kept(
        "Links by which an officer chooses a password",
        "So that nobody else knows it.",
        f"They are stored nowhere. An invitation works for {in_words(INVITED_FOR)}, a link for a new password for "
        f"{in_words(NEW_PASSWORD_WITHIN)}, each once.",
    ),
    Kept(
        "That an officer is signed in, since when, and in which kind of browser",
        "So that an officer stays signed in, and sees where else.",
        f"{in_words(LONGEST)} at most, {in_words(IDLE)} when nothing is done; gone within a day after that.",
        ("accounts.Session", "sessions.Session"),
        end_sessions,
        "sign-ins that had ended",
    ),
    Kept(
        "How many sign-ins failed",
        "To keep out people and programs that guess passwords. They are counted under codes.",
        "Until the time to wait is over; gone within a day after that.",
    ),
    Kept(
        "The log: who signed in, failed to, or did what, and when",
        "So that misuse can be found. It names accounts by their number, and nobody can change it.",
        f"{in_words(AuditEntry.KEPT)}.",
        ("publishing.AuditEntry",),
        lambda: AuditEntry.objects.over().delete()[0],
        "old entries of the log",
    ),
    Kept(
        "The history: who changed which words of this website, and when",
        "So that anybody can be told what this website said on a day, and who put it there.",
        "For good, unless the law demands that it goes. Then an administrator erases the record with its history.",
        ("admin.LogEntry", "publishing.Readiness", "publishing.GapAnswer"),
    ),
    Kept(
        "Posts that look after pages, with their e-mail addresses, and which reminders they got",
        "To remind them, once, that a page must be checked.",
        "Until an administrator takes the post away.",
        ("publishing.Post", "publishing.ReviewReminder"),
    ),
]
# What no person is in, unless an officer writes it there
OF_CONTENT = [
    Kept(
        "Drafts, and links by which others see them before they are public",
        "So that work can wait.",
        f"A draft, until it is published or given up. A link works for {in_words(SHARED_FOR)}, a preview for "
        f"{in_words(PREVIEWED_FOR)}; what was kept for them is gone within a day after that.",
        ("publishing.Revision",),
        end_shown_for_a_time,
        "previews and links that had ended",
    ),
    Kept(
        "Uploaded files that no record and no earlier version has",
        "They are what is left of a form that failed, or of a draft that was given up.",
        f"{in_words(UNTOUCHED)}; gone within a day after that.",
        end=delete_orphans,
        ended="files that nothing had",
    ),
    Kept(
        "The numbers of forms that were sent",
        "So that a form that is sent twice is saved once.",
        f"{in_words(REMEMBERED)}; gone within a day after that.",
        ("publishing.SentForm",),
        lambda: SentForm.objects.over().delete()[0],
        "numbers of forms that were sent",
    ),
    Kept(
        "Links that lead nowhere, and when each timer ran last",
        "So that officers are told.",
        "Until the next run, which writes its own in their place.",
        ("pages.BadLink", "publishing.Run"),
    ),
    Kept(
        "Public pages, files and pictures, with all that they once said",
        "They are what this website is for. Whole pages are stored for a while, so that they come fast.",
        "For good, also when they are withdrawn, unless an administrator erases them. A stored page ends when "
        "anything on the site changes.",
        ("publishing.ContentMark",),
    ),
    Kept(
        "What roles may do, and of which kinds records are",
        "The code brings them along.",
        "Until a newer version of the code changes them.",
        ("auth.Group", "auth.Group_permissions", "auth.Permission", "contenttypes.ContentType"),
    ),
    Kept(
        "E-mail that this website sends",
        "Messages of readers, reminders, invitations and links for a new password.",
        "Not kept here: whoever gets it has it, and the mail server keeps what it keeps.",
    ),
    Kept(
        "The server’s log",
        "So that whoever runs this website finds out what failed. It holds no whole address of a computer, no e-mail "
        "address and nothing that was typed, and no list of who read what.",
        "As long as whoever runs the server keeps it.",
    ),
    Kept(
        "Backups, which hold all this once more, but no sign-ins",
        "So that nothing is lost with a machine.",
        "For as many days as whoever runs the server says with --keep. What is erased or forgotten here stays in them "
        "until then; after a restore it is erased again.",
    ),
]
ALL = [*OF_READERS, *OF_OFFICERS, *OF_CONTENT]
