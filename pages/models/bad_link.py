from django.db import models, transaction
from django.db.models import Q

from sosafe_site.publishing.models.record import Record


class BadLinkQuerySet(models.QuerySet):
    def certain(self):
        """A failure that may pass by itself counts once there was one on two runs."""
        return self.filter(~Q(kind=BadLink.Kind.PASSING) | Q(has_failed_before=True))

    @transaction.atomic
    def replace(self, found: "list[BadLink]") -> None:
        """Those of the newest run take the place of all others; a link that was bad before keeps its first day."""
        before = {bad.link: bad for bad in BadLink.objects.all()}
        for bad in found:
            if earlier := before.get(bad.link):
                bad.has_failed_before = earlier.kind != BadLink.Kind.MOVED
                bad.found_on = earlier.found_on
        BadLink.objects.all().delete()
        BadLink.objects.bulk_create(found)


class BadLink(Record):
    """A link on the public pages that led nowhere, or not straight, when check_links last followed it."""

    is_public_content = False  # officers alone are told

    class Kind(models.TextChoices):
        BROKEN = "broken", "leads nowhere"
        MOVED = "moved", "has moved"
        PASSING = "passing", "failed in a way that may pass by itself"

    link = models.TextField()  # from the first slash on for this site, whole for others
    pages = models.JSONField()  # the paths of the pages that it is on
    kind = models.CharField(max_length=12, choices=Kind)
    problem = models.TextField()  # words to follow "the link to ..."
    found_on = models.DateField()
    has_failed_before = models.BooleanField(default=False)
    is_in_text = models.BooleanField(default=False)  # an officer wrote it, so it is gone once no text has it any more

    objects = BadLinkQuerySet.as_manager()

    class Meta:
        ordering = ["link"]

    def __str__(self) -> str:
        return f"{self.link} {self.problem}"
