from io import BytesIO
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import Max
from django.urls import reverse
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from sosafe_site.publishing.addresses import Address, issue
from sosafe_site.publishing.records import Publishable, PublishableQuerySet, Record, withdrawal_has_a_reason

__all__ = ["Address", "Document", "DocumentVersion"]

FORMATS = {
    "pdf": ("PDF", "application/pdf"),
    "docx": ("Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "odt": ("OpenDocument", "application/vnd.oasis.opendocument.text"),
    "xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": ("CSV", "text/csv"),
    "png": ("PNG image", "image/png"),
    "jpg": ("JPEG image", "image/jpeg"),
}
LARGEST_FILE = 50 * 1024 * 1024  # bytes


def check_size(file) -> None:
    """Raises ValidationError when the file is larger than LARGEST_FILE."""
    if file.size > LARGEST_FILE:
        raise ValidationError("This file is larger than 50 MB. Make it smaller, or split it, and try again.")


class DocumentQuerySet(PublishableQuerySet):
    def with_files(self):
        return self.prefetch_related("versions")


class Document(Publishable):
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

    def erase(self, reason: str) -> None:
        names = [str(version.file) for version in self.versions.all()]
        super().erase(reason)
        for name in names:
            default_storage.delete(name)

    @property
    def newest(self) -> "DocumentVersion | None":
        """The newest version; reads the prefetched ones when they are there."""
        return max(self.versions.all(), key=lambda version: version.number, default=None)


def upload_path(version: "DocumentVersion", name: str) -> str:
    """Under the version's key: no two uploads meet, whatever their names, and no reader can guess it."""
    return f"documents/{version.pk}{Path(name).suffix.lower()}"


class DocumentVersion(Record):
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField("version", editable=False)
    file = models.FileField(
        upload_to=upload_path,
        validators=[
            FileExtensionValidator(list(FORMATS), "Upload a file of one of these kinds: %(allowed_extensions)s."),
            check_size,
        ],
    )
    published_on = models.DateField(
        "published on", null=True, blank=True, help_text="The date on the document, if known."
    )
    size = models.PositiveIntegerField(editable=False, help_text="Bytes, read from the file.")
    pages = models.PositiveIntegerField(null=True, editable=False, help_text="Read from a PDF.")

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
        return Path(str(self.file.name)).suffix.lower().lstrip(".")

    @property
    def format(self) -> str:
        return FORMATS[self.extension][0]

    @property
    def content_type(self) -> str:
        return FORMATS[self.extension][1]

    def clean(self) -> None:
        """Raises ValidationError when a file that calls itself a PDF is none."""
        if self.file and self.extension == "pdf":
            count_pages(self.file)

    def save(self, *args, **kwargs) -> None:
        if self.number is None:  # given once: it is part of an address
            self.number = 1 + (self.document.versions.aggregate(last=Max("number"))["last"] or 0)
        self.size = self.file.size
        self.pages = count_pages(self.file) if self.extension == "pdf" else None
        super().save(*args, **kwargs)
        issue(Document.objects.get(pk=self.document_id))


def count_pages(file) -> int:
    """Raises ValidationError when the file can't be read as a PDF."""
    file.open("rb")
    content = BytesIO(file.read())
    file.seek(0)  # left open: an upload that is still in memory would be gone once closed
    try:
        return len(PdfReader(content).pages)
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValidationError(
            "This file says it is a PDF but cannot be read as one. "
            "Open it on your computer, save it again as a PDF and upload that."
        ) from error
