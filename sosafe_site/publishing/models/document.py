from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models
from django.db.models import Max
from django.urls import reverse

from sosafe_site.publishing.clock import day_of, moment
from sosafe_site.publishing.files.deleting import delete_once_certain
from sosafe_site.publishing.files.flaws import FLAWS, Flaw
from sosafe_site.publishing.files.inspect import FORMATS, Facts, extension_of, found_in
from sosafe_site.publishing.models.address import issue
from sosafe_site.publishing.models.publishable import Publishable, PublishableQuerySet, withdrawal_has_a_reason
from sosafe_site.publishing.models.record import Record
from sosafe_site.publishing.models.revision import Revision


class DocumentQuerySet(PublishableQuerySet):
    def with_files(self):
        return self.prefetch_related("versions")


class Document(Publishable):
    edited_with = {"versions": ("number", "file", "added_at", "size", "pages", "dated_on", "flaws")}

    class Kind(models.TextChoices):
        STRATEGY = "strategy", "Strategy"
        SUMMARY = "summary", "Summary"
        ACTION_PLAN = "action-plan", "Action plan"
        INFOGRAPHIC = "infographic", "Infographic"
        AGENDA = "agenda", "Agenda"
        MINUTES = "minutes", "Minutes"
        OTHER = "other", "Other document"

    title = models.CharField(max_length=200)
    slug = models.SlugField(
        "address", max_length=80, unique=True, help_text="The last part of the web address. Given once, kept for good."
    )
    kind = models.CharField(max_length=20, choices=Kind)
    summary = models.TextField(
        blank=True, help_text="What it says, in a few sentences, for people who do not open the file."
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [withdrawal_has_a_reason("document")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.slug])

    def suffixes(self) -> list[str]:
        """Its page, its newest file, and a page and a file for each version."""
        numbers = sorted(version.number for version in self.versions.all()) if not self._state.adding else []
        versions = [suffix for number in numbers for suffix in (f"v/{number}/", f"v/{number}/file/")]
        return ["", "file/", *versions] if numbers else [""]

    def address_words(self, suffix: str) -> str:
        if suffix == "file/":
            return "The file, always the newest"
        if suffix:
            _, number, *file = suffix.strip("/").split("/")
            return f"Version {number}, {'its file' if file else 'its page'}"
        return super().address_words(suffix)

    def erase(self, reason: str) -> None:
        names = [str(version.file) for version in self.versions.all()]
        super().erase(reason)
        delete_once_certain(names)

    def delete(self, *args, **kwargs):
        """With its files, unless its history has them, out of which it can come back."""
        names = [str(version.file) for version in self.versions.all()]
        deleted = super().delete(*args, **kwargs)
        history = Revision.objects.filter(model=self._meta.label_lower)
        delete_once_certain(name for name in names if not history.filter(content__icontains=name).exists())
        return deleted

    @property
    def newest(self) -> "DocumentVersion | None":
        """The newest version; reads the prefetched ones when they are there."""
        return max(self.versions.all(), key=lambda version: version.number, default=None)

    def citing(self) -> list[Publishable]:
        """What the public may read on this site that offers this document, plans and strategies first."""
        relations = reversed(self._meta.related_objects)  # which come from the top of the house down
        names = [str(found.get_accessor_name()) for found in relations if issubclass(found.related_model, Publishable)]
        return [record for name in names for record in getattr(self, name).published()]

    def version(self, number: int) -> "DocumentVersion | None":
        return next((version for version in self.versions.all() if version.number == number), None)


def upload_path(version: "DocumentVersion", name: str) -> str:
    """Under the version's key: no two uploads meet, whatever their names, and no reader can guess it."""
    return f"documents/{version.pk}{Path(name).suffix.lower()}"


class DocumentVersion(Record):
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField("version", editable=False)
    file = models.FileField(
        upload_to=upload_path,
        help_text="PDF, Word (.docx), OpenDocument (.odt), Excel (.xlsx), CSV, PNG or JPEG, up to 50 MB. "
        "The site reads its size, pages and date itself, and gives the public the newest file.",
    )
    added_at = models.DateTimeField(editable=False)
    # What files/inspect.py found
    size = models.PositiveIntegerField(editable=False)  # bytes
    pages = models.PositiveIntegerField(null=True, editable=False)  # of a PDF
    dated_on = models.DateField(null=True, editable=False)  # by the file's own word
    flaws = models.JSONField(default=list, editable=False)  # names of files.FLAWS

    class Meta:
        ordering = ["document", "-number"]
        constraints = [
            models.UniqueConstraint(
                name="document_has_each_version_once",
                fields=["document", "number"],
                violation_error_message="A colleague added a version at the same moment. Save again.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}, version {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("document-version", args=[self.document.slug, self.number])

    def get_file_url(self) -> str:
        return reverse("document-version-file", args=[self.document.slug, self.number])

    @property
    def label(self) -> str:
        return f"Version {self.number}"

    @property
    def extension(self) -> str:
        return extension_of(self.file.name)

    @property
    def format(self) -> str:
        return FORMATS[self.extension].name

    @property
    def content_type(self) -> str:
        return FORMATS[self.extension].content_type

    @property
    def faults(self) -> list[Flaw]:
        return [FLAWS[name] for name in self.flaws]

    @property
    def faults_in_words(self) -> str:
        """For after "it"; empty if there are none."""
        return ", ".join(fault.what for fault in self.faults)

    @property
    def is_newest(self) -> bool:
        return self == self.document.newest

    @property
    def public_on(self) -> date:
        """When it came to this site; on a document that was a draft then, when that was published."""
        return day_of(max(self.added_at, self.document.published_at or self.added_at))

    def read(self) -> None:
        """Raises ValidationError when the site does not take the file."""
        facts: Facts = found_in(self.file)
        if facts.rewritten is not None:
            self.file = ContentFile(facts.rewritten, name=self.file.name)
        self.size, self.pages, self.dated_on, self.flaws = self.file.size, facts.pages, facts.dated_on, facts.flaws

    def clean(self) -> None:
        """Raises ValidationError, beside the file, when the site does not take it."""
        try:
            if self.file and self._state.adding:
                self.read()
        except ValidationError as error:
            raise ValidationError({"file": error.messages}) from error

    def save(self, *args, **kwargs) -> None:
        if self.number is None:  # given once: it is part of an address
            self.number = 1 + (self.document.versions.aggregate(last=Max("number"))["last"] or 0)
        if self._state.adding:
            self.added_at = moment()
            if self.size is None:
                self.read()
        super().save(*args, **kwargs)

    @classmethod
    def settle(cls, saved: list) -> None:
        """Each version has addresses of its document."""
        issue(Document.objects.filter(pk__in={version.document_id for version in saved}))
