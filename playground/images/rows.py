"""Images of comparisons: each kept once, in pieces, by the digest of all of it; attachments say where it is shown."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.urls import reverse
from django.utils import timezone

from common.ids import uuid7
from playground.images.placeholders import Placeholder


class Image(models.Model):
    class Kind(models.TextChoices):
        PNG = "png", "PNG"
        JPEG = "jpeg", "JPEG"
        WEBP = "webp", "WebP"
        GIF = "gif", "GIF"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    comparison = models.ForeignKey("playground.Comparison", models.CASCADE, related_name="images", db_index=False)
    #: SHA-256, in hexadecimal.
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=4, choices=Kind)
    #: Bytes.
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    #: When somebody brought it last; what nothing shows is swept a day later.
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("comparison", "digest"), name="one_image_per_digest"),)
        indexes = (models.Index(fields=("kept_at",), name="images_by_age"),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.dimensions}"

    def get_absolute_url(self) -> str:
        return reverse("image", args=[self.pk])

    @property
    def thumbnail_url(self) -> str:
        return reverse("image-thumbnail", args=[self.pk])

    @property
    def media_type(self) -> str:
        return f"image/{self.kind}"

    @property
    def dimensions(self) -> str:
        return f"{self.width} × {self.height}"

    def content(self) -> bytes:
        return b"".join(map(bytes, self.pieces.order_by("index").values_list("content", flat=True)))


class ImagePiece(models.Model):
    image = models.ForeignKey(Image, models.CASCADE, related_name="pieces", db_index=False)
    index = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("image", "index"), name="one_piece_per_index"),)

    def __str__(self) -> str:
        return f"{self.image_id}/{self.index}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def in_draft_of(self, comparison: models.Model) -> Self:
        return self.filter(message=None, image__comparison=comparison.pk).select_related("image")


class Attachment(models.Model):
    """An image of a message, or of what is not sent yet."""

    #: Sorts by time, so it is the order of a message's images too.
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    image = models.ForeignKey(Image, models.CASCADE, related_name="attachments")
    #: None: of its comparison's draft.
    message = models.ForeignKey("playground.Message", models.CASCADE, null=True, related_name="attachments")
    name = models.CharField(max_length=100)
    #: What was done to the image when it came, such as "resized from 4000 × 3000".
    note = models.CharField(max_length=100, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name

    def shown_in(self, message: Any) -> Attachment:
        """The same image, of another message; not saved."""
        return Attachment(image=self.image, message=message, name=self.name, note=self.note)

    @property
    def placeholder(self) -> Placeholder:
        image = self.image
        return Placeholder(image.media_type, self.name, image.dimensions, image.size, image.digest)
