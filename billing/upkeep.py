"""What keeps the books in order without being asked: checkpoints, heartbeats, and what dead processes left behind."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.db import connection, transaction

from billing import checkpoints, processes, reaper, sql
from billing.pulse import Pulse
from billing.replaying import Replay

log = logging.getLogger(__name__)

#: Seconds.
CHECKPOINT_EVERY, BEAT_EVERY = 1.0, 5.0


class Upkeep:
    def __init__(self, pulse: Pulse) -> None:
        self._pulse, self._replay = pulse, Replay(pulse)
        self._checkpoint_at = self._beat_at = 0.0
        #: Since when the database has answered every time.
        self._there_since = time.monotonic()

    @property
    def due_in(self) -> float:
        return max(0.0, min(self._checkpoint_at, self._beat_at) - time.monotonic())

    def tick(self, *, is_away: bool) -> None:
        """Does what is due; while the database is away, that is done when it is back."""
        now = time.monotonic()
        if is_away:
            self._there_since = now
        if now >= self._checkpoint_at:
            self._checkpoint_at = now + CHECKPOINT_EVERY
            if not is_away:
                self._quietly(_checkpoint)
        if now >= self._beat_at and not is_away:
            self._beat_at = now + BEAT_EVERY
            self._quietly(self._beat)

    def leave(self) -> None:
        self._quietly(processes.leave)

    def _beat(self) -> None:
        processes.beat()
        self._replay.run()
        self._pulse.beat()
        reaper.reap(silent_too=time.monotonic() - self._there_since > processes.SILENCE)

    def _quietly(self, work: Callable[[], object]) -> None:
        """Upkeep is tried again soon, so its failure is no one's but the log's."""
        self._pulse.beat()
        try:
            sql.connect()
            work()
        except Exception:
            log.warning("upkeep of the books failed", exc_info=True)
            self._there_since = time.monotonic()
            connection.close()


@transaction.atomic
def _checkpoint() -> None:
    checkpoints.write()
