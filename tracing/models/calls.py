"""Calls: one run of one op, which may have called others."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from accounts.models import Project, User

#: Ops of the client's evaluations, in Python and in TypeScript.
EVALUATE = "Evaluation.evaluate"
PREDICT = ("Evaluation.predict_and_score", "Evaluation.predictAndScore")


class CallQuerySet(models.QuerySet["Call"]):
    def visible(self) -> Self:
        """Those that have begun, as far as we heard, and were not deleted."""
        return self.filter(started_at__isnull=False, deleted_at=None)

    def in_state(self, status: str) -> Self:
        """Those that did not simply succeed are few, and have an index; its condition is repeated for SQLite."""
        calls = self.filter(status=status)
        return (
            calls
            if status == Call.Status.SUCCESS
            else calls.filter(RawSQL("NOT (status = 'success')", [], BooleanField()))
        )

    def evaluations(self) -> Self:
        """Runs of evaluations, by whichever of the client's ways."""
        return self.visible().filter(op=EVALUATE)

    def predictions_of(self, evaluation: Call) -> Self:
        """One for each example and trial of a run."""
        return self.visible().filter(project=evaluation.project_id, parent_id=evaluation.call_id, op__in=PREDICT)

    def with_examples(self, project_id: uuid.UUID, runs: Iterable[str]) -> Self:
        """Rows of these runs; an index alone says which. What was deleted, or has not begun, has no example."""
        return self.filter(project=project_id, parent_id__in=runs, example_digest__isnull=False)


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
    #: Of a row of an evaluation: what tells its example from others, whichever dataset it stands in.
    example_digest = models.CharField(max_length=64, null=True)
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
            # What is compared is read from it alone.
            models.Index(
                fields=("project", "parent_id", "example_digest", "started_at"),
                condition=Q(example_digest__isnull=False),
                name="rows_by_example",
            ),
            models.Index(
                fields=("project", "status", "started_at"), condition=~Q(status="success"), name="calls_by_status"
            ),
            models.Index(fields=("project", "thread_id"), condition=Q(thread_id__isnull=False), name="calls_by_thread"),
        )

    def __str__(self) -> str:
        return f"{self.op} {self.call_id}"

    @property
    def title(self) -> str:
        """What people call it: the name it was given last, else its op's."""
        return (self.display_name if self.new_name is None else self.new_name) or self.op or self.call_id

    @property
    def is_running(self) -> bool:
        return self.status == self.Status.RUNNING
