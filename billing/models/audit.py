"""Who changed what about an organization's money. Append-only."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.utils import timezone

from billing.models.accounts import Account
from common.ids import uuid7


class AuditEvent(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="audit_events")
    at = models.DateTimeField(default=timezone.now)
    #: Empty: the server itself, or somebody at its command line.
    actor_id = models.BigIntegerField(null=True)
    #: The name as it was, for people may go.
    actor_name = models.CharField(max_length=150, blank=True)
    #: What was done, such as `plan.changed` or `limit.set`.
    action = models.CharField(max_length=40)
    #: To people: what changed, from what to what.
    sentence = models.CharField(max_length=300)

    class Meta:
        ordering = ("-at",)
        indexes = (models.Index(fields=("account", "-at"), name="audit_by_account"),)

    def __str__(self) -> str:
        return self.sentence

    def delete(self, *_args: Any, **_options: Any) -> NoReturn:
        raise TypeError("What happened is not deleted.")
