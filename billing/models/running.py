"""What runs: server processes, and the requests that they were admitted for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from billing.models.accounts import Account
from billing.room import Room
from common.ids import uuid7


class Process(models.Model):
    """A server process that streams completions; silent for too long, it is dead and its reservations are closed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    #: Names the space in which `pid` means something: machine, boot and process namespace.
    host = models.CharField(max_length=200)
    pid = models.PositiveIntegerField()
    #: When the system started the process, in its own terms; tells it from a later one that got the same number.
    born = models.CharField(max_length=40, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    heartbeat_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.pid} on {self.host}"


class Reservation(models.Model):
    """One admitted request: it holds its worst-case cost and its slot until it ends, exactly once.

    Its id is the completion's. Ids of other apps' rows are kept without constraints on purpose: the books outlive them.
    """

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        SETTLED = "settled", "Settled"
        VOIDED = "voided", "Voided"
        EXPIRED = "expired", "Expired"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    #: No constraint either: the account's row is locked whenever one is written. Nor an index over all of them.
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="reservations", db_constraint=False, db_index=False
    )
    process = models.UUIDField()
    project_id = models.UUIDField()
    user_id = models.BigIntegerField()
    api_key_id = models.UUIDField(null=True)
    model = models.CharField(max_length=200)
    offering_id = models.UUIDField()
    provider = models.CharField(max_length=50)
    is_simulated = models.BooleanField(default=False)
    door = models.CharField(max_length=20)
    client = models.CharField(max_length=200, blank=True)
    #: The price at admission, micro-USD per 1M tokens: what the request is charged, whatever changes meanwhile.
    input_price = models.BigIntegerField()
    cached_input_price = models.BigIntegerField()
    output_price = models.BigIntegerField()
    #: Pico-USD held.
    amount = models.BigIntegerField()
    prompt_estimate = models.PositiveIntegerField()
    output_limit = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    created_at = models.DateTimeField(default=timezone.now)
    #: What had been delivered when it was last written down; billed from if the process dies.
    checkpoint_prompt = models.PositiveIntegerField(default=0)
    checkpoint_output = models.PositiveIntegerField(default=0)
    checkpoint_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    #: What its admission left of the limits; known to who was admitted, written nowhere.
    room: Room | None = None

    class Meta:
        indexes = (
            # Only of those that run: each index more costs every admission and every settlement.
            models.Index(fields=("process",), condition=Q(state="running"), name="running_by_process"),
            models.Index(fields=("account",), condition=Q(state="running"), name="running_by_account"),
            models.Index(fields=("user_id",), condition=Q(state="running"), name="running_by_user"),
        )

    def __str__(self) -> str:
        return f"{self.model} {self.state}"
