"""Views of the table of traces that a project's people keep: what was asked, under a name."""

from __future__ import annotations

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Project, User


class SavedView(models.Model):
    project = models.ForeignKey(Project, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=100)
    #: As the address of the table has it, see `tracing/traces/asking.py`.
    query = models.TextField(blank=True)
    #: What the table opens with.
    is_default = models.BooleanField(default=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(fields=("project", "name"), name="one_view_per_name"),
            models.UniqueConstraint(fields=("project",), condition=Q(is_default=True), name="one_default_view"),
        )

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def make_default(self, is_default: bool) -> None:
        SavedView.objects.filter(project=self.project_id, is_default=True).update(is_default=False)
        self.is_default = is_default
        self.save(update_fields=["is_default"])
