"""Tables: what is in datasets. A row is kept once however many tables it stands in."""

from __future__ import annotations

from django.db import models

from accounts.models import Project


class Table(models.Model):
    project = models.ForeignKey(Project, models.CASCADE, related_name="tables", db_index=False)
    digest = models.CharField(max_length=64)
    length = models.PositiveIntegerField()
    #: Digests of the rows in their order, as JSON.
    row_digests = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("project", "digest"), name="one_table_per_digest"),)

    def __str__(self) -> str:
        return f"{self.length} rows {self.digest}"


class Row(models.Model):
    project = models.ForeignKey(Project, models.CASCADE, related_name="rows", db_index=False)
    digest = models.CharField(max_length=64)
    val = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("project", "digest"), name="one_row_per_digest"),)

    def __str__(self) -> str:
        return self.digest
