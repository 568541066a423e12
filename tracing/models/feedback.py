"""Feedback on a call or an object: reactions, notes, scores, annotations."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from accounts.models import Project, User


class Feedback(models.Model):
    project = models.ForeignKey(Project, models.CASCADE, related_name="feedback", db_index=False)
    feedback_id = models.CharField(max_length=128)
    weave_ref = models.CharField(max_length=1024)
    feedback_type = models.CharField(max_length=256)
    creator = models.CharField(max_length=256, null=True)
    annotation_ref = models.CharField(max_length=1024, null=True)
    runnable_ref = models.CharField(max_length=1024, null=True)
    call_ref = models.CharField(max_length=1024, null=True)
    trigger_ref = models.CharField(max_length=1024, null=True)
    queue_id = models.CharField(max_length=128, null=True)
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)
    payload = models.TextField()
    #: What a scorer of agents says of spans, members of the request that we keep and give back as they came.
    scores = models.TextField(default="{}")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("project", "feedback_id"), name="one_feedback_per_id"),)
        indexes = (
            models.Index(fields=("project", "weave_ref"), name="feedback_by_ref"),
            models.Index(fields=("project", "feedback_type", "created_at"), name="feedback_by_type"),
        )

    def __str__(self) -> str:
        return f"{self.feedback_type} on {self.weave_ref}"
