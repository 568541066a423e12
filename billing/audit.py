"""Writing down who changed what about an organization's money."""

from __future__ import annotations

import uuid

from accounts.models import User
from billing.models import AuditEvent
from common import clock


def note(account_id: uuid.UUID, actor: User | None, action: str, sentence: str) -> AuditEvent:
    """In the transaction of the change itself. No actor: the server, or somebody at its command line."""
    return AuditEvent.objects.create(
        account_id=account_id,
        at=clock.now(),
        actor_id=actor.pk if actor else None,
        actor_name=actor.get_username() if actor else "",
        action=action,
        sentence=sentence[:300],
    )
