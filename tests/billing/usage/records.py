"""Records as settlement writes them, with the sums it keeps of them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import Project, User
from billing import rollup, sql
from billing.models import UsageRecord
from common.ids import uuid7


def moment(text: str) -> datetime:
    """In UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def record(user: User, project: Project, **changes: Any) -> UsageRecord:
    """Ten tokens in, of which four were cached, nine out, for 100 + 20 + 900 pico-USD; ended just now."""
    at = changes.pop("at", None) or timezone.now()
    told: dict[str, Any] = {
        "id": uuid7(),
        "organization_id": project.team.organization_id,
        "project_id": project.pk,
        "user_id": user.pk,
        "api_key_id": None,
        "model": "a/model",
        "offering_id": uuid.UUID(int=1),
        "provider": "somebody",
        "door": "api",
        "outcome": UsageRecord.Outcome.COMPLETED,
        "certainty": UsageRecord.Certainty.REPORTED,
        "prompt_tokens": 10,
        "cached_tokens": 4,
        "completion_tokens": 9,
        "input_price": 10,
        "cached_input_price": 5,
        "output_price": 100,
        "cost": 980,
        "started_at": at,
        "ended_at": at,
        "ttft_ms": 420,
        "duration_ms": 6300,
    }
    return UsageRecord(**told | changes)


def settle(*records: UsageRecord) -> None:
    """As settlement writes them."""
    connection.ensure_connection()
    sql.insert(records)
    rollup.add(records)
