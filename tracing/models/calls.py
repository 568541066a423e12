"""Calls: one run of one op, which may have called others."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from accounts.models import Project, User


class CallQuerySet(models.QuerySet["Call"]):
    def visible(self) -> Self:
        """Those that have begun, as far as we heard, and were not deleted."""
        return self.filter(started_at__isnull=False, deleted_at=None)

    def named(self) -> Self:
        """With `shown_name`: what somebody called it last, else what its op did."""
        return self.annotate(shown_name=Coalesce("new_name", "display_name"))


class Call(models.Model):
    """Start and end arrive apart and in any order, so everything that is not the call's address may be missing."""

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        SUCCESS = "success", "Success"
        ERROR = "error", "Error"
        DESCENDANT_ERROR = "descendant_error", "Error in a call below"

    project = models.ForeignKey(Project, models.CASCADE, related_name="calls", db_index=False)
    #: As the client made it: unique within the project, and whatever it is.
    call_id = models.CharField(max_length=128)
    trace_id = models.CharField(max_length=128, db_default="")
    parent_id = models.CharField(max_length=128, null=True)
    #: The op's name alone, for the index; `op_name` is the reference to its version, or a name.
    op = models.CharField(max_length=256, db_default="")
    op_name = models.CharField(max_length=1024, db_default="")
    display_name = models.CharField(max_length=1024, null=True)
    #: Given after the call began; empty: the name was taken away.
    new_name = models.CharField(max_length=1024, null=True)
    status = models.CharField(max_length=16, choices=Status, db_default=Status.RUNNING)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    latency_ms = models.FloatField(null=True)
    tokens = models.BigIntegerField(null=True)
    #: Dollars, by the prices known when it ended; what is shown is computed when it is read.
    cost = models.FloatField(null=True)
    thread_id = models.CharField(max_length=256, null=True)
    turn_id = models.CharField(max_length=128, null=True)
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", db_index=False)
    wb_run_id = models.CharField(max_length=512, null=True)
    wb_run_step = models.BigIntegerField(null=True)
    wb_run_step_end = models.BigIntegerField(null=True)
    # The long ones come last: SQLite reads a row from its front.
    exception = models.TextField(null=True)
    attributes = models.TextField(db_default="{}")
    inputs = models.TextField(db_default="{}")
    summary = models.TextField(null=True)
    output = models.TextField(null=True)
    otel_dump = models.TextField(null=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("project", "call_id"), name="one_call_per_id"),)
        indexes = (
            models.Index(fields=("project", "started_at"), name="calls_by_time"),
            models.Index(fields=("project", "started_at"), condition=Q(parent_id=None), name="roots_by_time"),
            models.Index(fields=("project", "op", "started_at"), name="calls_by_op"),
            models.Index(fields=("project", "trace_id"), name="calls_by_trace"),
            models.Index(fields=("project", "parent_id"), condition=Q(parent_id__isnull=False), name="calls_by_parent"),
            # PostgreSQL has others for these, which keep what is unknown last: migration 0002.
            models.Index(fields=("project", "cost"), name="calls_by_cost"),
            models.Index(fields=("project", "cost"), condition=Q(parent_id=None), name="roots_by_cost"),
            models.Index(fields=("project", "latency_ms"), condition=Q(parent_id=None), name="roots_by_latency"),
            models.Index(fields=("project", "thread_id"), condition=Q(thread_id__isnull=False), name="calls_by_thread"),
        )

    def __str__(self) -> str:
        return f"{self.op} {self.call_id}"
