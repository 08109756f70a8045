"""Drafts whose moment has come: published by the first page that is made after it, or by a timer."""

import logging

from django.core.exceptions import ValidationError
from django.db import transaction

from sosafe_site.publishing.models import Revision

logger = logging.getLogger(__name__)


def publish_due_drafts() -> None:
    """Publishes each draft whose moment has come. One that can't be is marked for officers; nothing is raised."""
    for key in list(Revision.objects.due().order_by("publish_at").values_list("pk", flat=True)):
        with transaction.atomic():
            draft = Revision.objects.select_for_update().due().filter(pk=key).first()
            if draft is None:
                continue  # another process was here first
            try:
                draft.publish()
            except Exception as error:  # whatever it is, no page may fail for it
                if isinstance(error, ValidationError):
                    problem = " ".join(error.messages)
                else:
                    logger.exception("A draft of %s %s could not be published.", draft.model, draft.record)
                    problem = "Something was wrong on our side. Open it and publish it from there."
                draft.state, draft.publish_at, draft.problem = Revision.State.FAILED, None, problem
                draft.save(update_fields=["state", "publish_at", "problem"])
