"""The commands that a timer must start, and when each last ran."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.formats import date_format
from django.utils.timezone import localtime

from sosafe_site.partial_dates import DATE_WORDS
from sosafe_site.publishing.clock import moment
from sosafe_site.publishing.models import Run

# What it does, as officers know it, how often it should run, and after how long without a run something is wrong
TIMERS = {
    "backup": ("The backup", "once a day", timedelta(days=2)),
    "check_links": ("The link check", "once a day", timedelta(days=2)),
    "send_review_reminders": ("Reminders of checks", "once a day", timedelta(days=2)),
    "forget_old": ("Forgetting what is kept no longer", "once a day", timedelta(days=2)),
    "publish_due": ("Publishing at a set time when nobody visits", "every minute", timedelta(hours=1)),
}


@dataclass(frozen=True)
class Timer:
    name: str
    sentence: str
    advice: str = ""  # for whoever runs the website; empty when all is well


def timers() -> Iterator[Timer]:
    ran = {run.command: run for run in Run.objects.all()}
    for command, (name, how_often, patience) in TIMERS.items():
        run, set_it = ran.get(command), f"a timer must start “manage.py {command}” {how_often}."
        if run is None:
            yield Timer(name, "Never ran.", f"Tell whoever runs this website: {set_it}")
            continue
        when = date_format(localtime(run.ended_at), f"{DATE_WORDS}, H:i")
        if run.problem:
            yield Timer(
                name, f"Failed on {when}.", f"Tell whoever runs this website: “manage.py {command}”: {run.problem}"
            )
        elif moment() - run.ended_at > patience:
            yield Timer(name, f"Has not run since {when}.", f"Tell whoever runs this website: {set_it}")
        else:
            yield Timer(name, f"Last ran on {when}.")
