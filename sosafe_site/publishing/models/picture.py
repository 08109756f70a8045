from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Q
from django.urls import reverse

from sosafe_site.publishing.clock import moment
from sosafe_site.publishing.files.deleting import delete_once_certain
from sosafe_site.publishing.files.inspect import extension_of, found_in
from sosafe_site.publishing.files.pictures import MODERN, SHARED, SHARED_NAME, Made, made_from, widths_up_to
from sosafe_site.publishing.models.record import Record
from sosafe_site.publishing.revisions.history import forget


class Picture(Record):
    """A picture as readers get it: the file that was uploaded is not kept, and what was made of it never changes.

    Its addresses hold its key, so nobody finds a picture that no public page shows.
    """

    #: The piece that shows it where a text names it: text/shown.py
    piece_in_text = "components/shown/picture.html"

    title = models.CharField("name", max_length=120, help_text="For officers, who find it by this. Never public.")
    image = models.FileField(
        "file",
        help_text="JPEG, PNG, WebP, AVIF or GIF, up to 50 MB. The site makes the smaller ones that phones need, and "
        "takes out where and with what it was taken. It stays as it is: a better one is a new picture.",
    )
    alt = models.CharField(
        "what it shows",
        max_length=250,
        blank=True,
        help_text="For people who do not see it: what they would miss, in one sentence, with the words in the picture.",
    )
    is_decoration = models.BooleanField(
        "only decoration", default=False, help_text="Nobody misses anything who does not see it."
    )
    caption = models.CharField(max_length=250, blank=True, help_text="Shown below it.")
    credit = models.CharField(max_length=120, blank=True, help_text="Who took it or owns it, shown below it.")
    internal_notes = models.TextField(
        "officers’ notes", blank=True, help_text="Who is in it and agreed to that, and who gave it. Never public."
    )
    # What files/pictures.py made
    width = models.PositiveIntegerField(editable=False)  # of the largest, in dots
    height = models.PositiveIntegerField(editable=False)
    added_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["-added_at", "title"]
        constraints = [
            models.CheckConstraint(
                name="picture_is_told_in_words_or_is_decoration",
                condition=(Q(alt="") & Q(is_decoration=True)) | (~Q(alt="") & Q(is_decoration=False)),
                violation_error_message="Say what the picture shows, or tick that it is only decoration: one of both.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def fallback(self) -> str:
        """The format for browsers that know none of the modern ones."""
        return extension_of(self.image.name)

    @property
    def widths(self) -> list[int]:
        return widths_up_to(self.width)

    @property
    def names(self) -> list[str]:
        """Of its files."""
        return [SHARED_NAME, *(f"{width}.{end}" for width in self.widths for end in (*MODERN, self.fallback))]

    def address(self, name: str) -> str:
        return reverse("picture", args=[self.pk, name])

    def place(self, name: str) -> str:
        """Of one of its files in the storage."""
        return f"pictures/{self.pk}/{name}"

    @property
    def src(self) -> str:
        return self.address(f"{self.width}.{self.fallback}")

    @property
    def small_src(self) -> str:
        return self.address(f"{self.widths[0]}.{self.fallback}")

    @property
    def small_sources(self) -> list[tuple[str, str]]:
        return [(f"image/{end}", self.address(f"{self.widths[0]}.{end}")) for end in MODERN]

    @property
    def shared_src(self) -> str:
        return self.address(SHARED_NAME)

    shared_width, shared_height = SHARED

    @property
    def sources(self) -> list[tuple[str, str]]:
        """Kind and addresses with widths, for browsers to choose from."""
        return [(f"image/{end}", self._srcset(end)) for end in MODERN]

    @property
    def srcset(self) -> str:
        return self._srcset(self.fallback)

    def _srcset(self, end: str) -> str:
        return ", ".join(f"{self.address(f'{width}.{end}')} {width}w" for width in self.widths)

    def clean(self) -> None:
        """Raises ValidationError, beside the file, when the site does not take it."""
        try:
            if self.image and self._state.adding:
                found_in(self.image, made_from)
        except ValidationError as error:
            raise ValidationError({"image": error.messages}) from error

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            self.added_at = moment()
            self.keep(found_in(self.image, made_from))
        super().save(*args, **kwargs)

    def keep(self, made: Made) -> None:
        self.width, self.height = made.width, made.height
        for name, content in made.files.items():
            default_storage.save(self.place(name), ContentFile(content))
        self.image = self.place(f"{made.width}.{made.fallback}")

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """For good, with its files and its history: somebody in it may ask for that."""
        places = [self.place(name) for name in self.names]
        forget(self, [])
        deleted = super().delete(*args, **kwargs)
        delete_once_certain(places)
        return deleted
