"""One filling-in of a form: what is known of it from its opening to what becomes of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.publishing.models.readiness import Readiness
from sosafe_site.publishing.models.revision import Revision
from sosafe_site.publishing.revisions.diff import Change
from sosafe_site.publishing.revisions.snapshot import Content
from sosafe_site.publishing.revisions.together import Companion

PUBLISH_PERMISSION = "publishing.publish"


class Step(StrEnum):
    """What an officer chose to do with a form: the names of its buttons."""

    DRAFT = "_draft"
    READY = "_ready"
    PREVIEW = "_preview"
    PUBLISH = "_publish"
    SCHEDULE = "_schedule"
    SAVE = ""  # an ordinary save, of what has no steps or was never public


# After which the public sees what it saw before, so that it need be told of nothing
UNSEEN = (Step.DRAFT, Step.READY, Step.PREVIEW)


@dataclass
class Submission:
    step: Step = Step.SAVE
    before: Content = field(default_factory=dict)  # what there was, without the draft
    was_published: bool = False
    draft: Revision | None = None  # that the form shows
    readiness: Readiness | None = None
    collisions: list[Change] = field(default_factory=list)  # of the draft with what became public meanwhile
    keeps_apart: bool = False  # whether the record stays as it is, and what the form makes of it is kept beside it
    made: Any = None  # the record, as the form made it
    content: Content | None = None  # the same, to be kept
    is_saved: bool = False  # so that what it did within the transaction stays
    news: list[Change] = field(default_factory=list)  # what readers see changed
    note: str = ""  # for readers
    drafts: list[Companion] = field(default_factory=list)  # that belong to it or are named by it
    along: list[Any] = field(default_factory=list)  # those of them that the officer wants published with it
    publish_at: datetime | None = None
    address_url: str = ""  # where its addresses are changed, by those who may
    refusal: str = ""  # why only the database could refuse what the form took


def submission_of(request: HttpRequest) -> Submission:
    """That of this request: the one thing that is hung on it, since Django's hooks hand on nothing else."""
    return vars(request).setdefault("submission", Submission())


def step_of(request: Any, record: Publishable | None) -> Step:
    """Raises PermissionDenied for one that this officer may not take."""
    if request.method != "POST":
        return Step.SAVE
    may_publish = request.user.has_perm(PUBLISH_PERMISSION)
    if not may_publish and not request.POST.keys().isdisjoint((Step.PUBLISH, Step.SCHEDULE)):  # beside another, too
        raise PermissionDenied("Your account can't publish. Save a draft and mark it as ready.")
    step = next((step for step in Step if step in request.POST), Step.SAVE)
    if step == Step.SAVE and record and record.has_come_out:
        return Step.PUBLISH if may_publish else Step.DRAFT
    return step


def is_unseen(sent: Any) -> bool:
    """Whether readers will see nothing of what was sent."""
    return any(step in sent for step in UNSEEN)


def drafted_changes(record: Any) -> list[Change]:
    """What the draft that the form shows changes."""
    submission = getattr(record, "submission", None)
    return submission.draft.changes() if submission and submission.draft else []


def was_published(record: Any) -> bool:
    """Whether it was public before the form was filled in: a first publication is no change."""
    submission = getattr(record, "submission", None)
    return bool(submission and submission.was_published)
