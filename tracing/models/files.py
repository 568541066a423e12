"""Files that objects and calls refer to: code, images, audio. Kept in pieces, so that none is held whole in a row."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from accounts.models import Project


class File(models.Model):
    project = models.ForeignKey(Project, models.CASCADE, related_name="files", db_index=False)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("project", "digest"), name="one_file_per_digest"),)

    def __str__(self) -> str:
        return self.digest


class FileChunk(models.Model):
    file = models.ForeignKey(File, models.CASCADE, related_name="chunks", db_index=False)
    index = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ("index",)
        constraints = (models.UniqueConstraint(fields=("file", "index"), name="one_chunk_per_index"),)

    def __str__(self) -> str:
        return f"{self.file_id}/{self.index}"
