"""In which order credits are drawn, and what one charge draws from them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from billing import sql
from billing.models import Book, Grant

LAST = datetime.max.replace(tzinfo=UTC)
OPEN = (
    "SELECT account_id, id, remaining, category, model, priority, effective_at, expires_at, created_at"
    " FROM billing_grant WHERE remaining > 0 AND account_id IN (SELECT id FROM batch)"
)
DRAW = "UPDATE billing_grant SET remaining = remaining - drawn FROM batch WHERE billing_grant.id = batch.id"


@dataclass(slots=True, eq=False)
class Credit:
    """A grant of which something is left, in a locked account. Pico-USD."""

    id: uuid.UUID
    remaining: int
    book: str
    model: str
    priority: int
    effective_at: datetime
    expires_at: datetime
    created_at: datetime
    drawn: int = 0

    @property
    def left(self) -> int:
        return self.remaining - self.drawn

    @property
    def is_paid(self) -> bool:
        return self.book == Book.PAID

    def is_valid(self, at: datetime) -> bool:
        return self.effective_at <= at < self.expires_at

    def pays(self, model: str, *, admitted_at: datetime, now: datetime) -> bool:
        """What was valid when a request was admitted pays for it, though it be over by now."""
        return self.model in ("", model) and self.effective_at <= now and admitted_at < self.expires_at

    def draw(self, most: int) -> int:
        amount = max(0, min(most, self.left))
        self.drawn += amount
        return amount


def order(credit: Credit | Grant) -> tuple[Any, ...]:
    """Credits for one model first, so that none are left where others could have paid; then what an operator ranks
    first, what expires first, what was given, what began first."""
    is_paid = credit.is_paid if isinstance(credit, Credit) else credit.category == Grant.Category.PAID
    ends, began = credit.expires_at or LAST, credit.effective_at
    return credit.model == "", credit.priority, ends, is_paid, began, credit.created_at, credit.id


def read(row: Sequence[Any]) -> Credit:
    """A row of OPEN."""
    _, identity, remaining, category, model, priority, effective_at, expires_at, created_at = row
    return Credit(
        id=sql.identity(identity),
        remaining=remaining,
        book=category,
        model=model,
        priority=priority,
        effective_at=sql.moment(effective_at),
        expires_at=LAST if expires_at is None else sql.moment(expires_at),
        created_at=sql.moment(created_at),
    )


def write(drawn_from: Sequence[Credit]) -> None:
    """What was drawn of them."""
    drawn = sorted((credit.id, credit.drawn) for credit in drawn_from if credit.drawn)
    sql.run(DRAW, {"id": "uuid", "drawn": "bigint"}, drawn)
