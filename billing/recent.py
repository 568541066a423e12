"""What was written in the last moments, and which a database that crashes may therefore not have on disk.

A commit does not wait for the disk, for that is most of what an admission would wait for. PostgreSQL writes it within
three times `wal_writer_delay`, which is 0.6 seconds; whoever wrote it remembers it for longer. Only if the database and
the process that wrote die in the same moment is it gone: then running requests are billed by their checkpoints.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence

from billing.models import Reservation
from billing.settlement import Settlement

#: Seconds.
MEMORY = 3.0


class Recent:
    def __init__(self) -> None:
        self._written: deque[tuple[float, Sequence[Reservation], Sequence[Settlement]]] = deque()

    def add(self, reservations: Sequence[Reservation], settlements: Sequence[Settlement]) -> None:
        now = time.monotonic()
        self._written.append((now, reservations, settlements))
        while self._written[0][0] < now - MEMORY:
            self._written.popleft()

    def all(self) -> tuple[list[Reservation], list[Settlement]]:
        written = list(self._written)
        return [row for _, rows, _ in written for row in rows], [each for _, _, ended in written for each in ended]
