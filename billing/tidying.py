"""Booking what has become due or is over in accounts that nobody uses just now; those in use do so as they go."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime

from billing import book
from billing.models import Account, Grant
from common import clock

log = logging.getLogger(__name__)

#: Accounts of one transaction.
TOGETHER = 50


def tidy() -> int:
    """How many accounts had something to tidy up."""
    ids = sorted(_untidy(clock.now()))
    for first in range(0, len(ids), TOGETHER):
        some = ids[first : first + TOGETHER]
        try:
            book.tidy(some)
        except Exception:
            log.warning("could not tidy up accounts from %s on together", some[0], exc_info=True)
            _one_by_one(some)
    return len(ids)


def _one_by_one(ids: Sequence[uuid.UUID]) -> None:
    """Others need not wait for one that fails, which is tried again next time."""
    for organization_id in ids:
        try:
            book.tidy([organization_id])
        except Exception:
            log.exception("could not tidy up account %s", organization_id)


def _untidy(now: datetime) -> set[uuid.UUID]:
    due = Account.objects.filter(renews_at__lte=now).values_list("pk", flat=True)
    over = Grant.objects.open().filter(expires_at__lte=now).values_list("account_id", flat=True)
    return {*due, *over}
