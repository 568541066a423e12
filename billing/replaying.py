"""Booking what dead writers left on disk."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from pathlib import Path

from django.db import connection, transaction

from billing import spool, sql
from billing.batches import Batches
from billing.book import book
from billing.pulse import Pulse
from billing.settlement import Settlement

log = logging.getLogger(__name__)

#: Seconds for which a file is left alone of which something did not fit.
REST = 60.0


class Replay:
    def __init__(self, pulse: Pulse | None = None) -> None:
        self._pulse = pulse or Pulse()
        self._batches = Batches()
        #: When files that rest are tried again.
        self._again_at: dict[Path, float] = {}

    def run(self) -> None:
        """What the database will not have is set aside for people to look at; what it has no time for holds up nothing
        else, and is tried again."""
        for path, settlements in spool.orphans():
            if time.monotonic() < self._again_at.get(path, 0.0):
                continue
            try:
                left = self._book(settlements)
            except sql.AWAY:
                raise
            except Exception:
                log.exception("could not book %s", path)
                path.rename(path.with_suffix(".refused"))
            else:
                self._put_away(path, settlements, left)

    def _put_away(self, path: Path, settlements: Sequence[Settlement], left: int) -> None:
        """Whatever of it is booked already does no harm when it is booked again."""
        log.warning("booked %d settlements from %s", len(settlements) - left, path.name)
        if left:
            log.error("the database has no time for %d settlements from %s", left, path.name)
            self._again_at[path] = time.monotonic() + REST
        else:
            self._again_at.pop(path, None)
            path.unlink(missing_ok=True)

    def _book(self, settlements: Sequence[Settlement]) -> int:
        """How many did not fit even alone, and others of their organizations, which wait for the same lock."""
        rest, left = list(settlements), 0
        while rest:
            batch = self._batches.first(rest)
            self._pulse.beat()
            try:
                _book_durably(batch)
            except sql.AWAY:
                connection.close()
                sql.connect()
                if len(batch) > 1:
                    self._batches.failed(len(batch))
                    raise
                others = [each for each in rest if each.organization_id != batch[0].organization_id]
                left += len(rest) - len(others)
                rest = others
            else:
                self._batches.fitted(len(batch))
                rest = rest[len(batch) :]
        return left


@transaction.atomic
def _book_durably(settlements: Sequence[Settlement]) -> None:
    sql.durably()
    book(settlements, [])
