"""Commits what belongs into the books, whatever the database does meanwhile.

Jobs that arrive together share one transaction: a commit costs the same for one as for fifty. What fails, fails
alone. While the database is away admissions are refused, and settlements are kept, on disk too, until it is back.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Sequence

from django.db import connection

from billing import reaper, spool, sql
from billing.book import book, restore
from billing.jobs import Job, admissions, settlements
from billing.models import Reservation
from billing.recent import Recent
from billing.settlement import Settlement, unused
from common.errors import Overloaded, ServerFault

log = logging.getLogger(__name__)

#: Seconds.
TRY_AGAIN_AFTER = 0.5


class Committer:
    def __init__(self) -> None:
        self._kept: list[Job] = []
        self._spool = spool.Spool()
        #: Read by other threads too: while it is set, nobody need wait to be refused.
        self.is_away = False
        self._try_at = 0.0
        self._recent = Recent()
        #: Which connection of the thread wrote last.
        self._connection = 0

    @property
    def due_in(self) -> float:
        """Seconds until the database is asked again whether it is back."""
        return max(0.0, self._try_at - time.monotonic()) if self.is_away else math.inf

    def write(self, jobs: list[Job]) -> None:
        if self.is_away:
            self._keep(jobs)
            return
        try:
            self._commit(jobs)
        except sql.AWAY:
            # The connection may merely have grown old: ask once more on a new one.
            connection.close()
            self._write_again(jobs)
        except Exception:
            self._write_one_by_one(jobs)

    def retry(self, *, now: bool = False) -> None:
        """Asks a database that was away whether it is back, and if it is, writes what was kept."""
        if not self.is_away or (time.monotonic() < self._try_at and not now):
            return
        kept, self._kept = self._kept, []
        try:
            self._connect()
        except sql.AWAY:
            self._kept = kept
            self.lose()
            return
        self.is_away = False
        if kept:
            self.write(kept)
        if not self._kept:
            self._spool.clear()

    def close(self) -> None:
        """What is still kept is on disk, for anyone to write."""
        self._spool.close()

    def _write_again(self, jobs: list[Job]) -> None:
        try:
            self._commit(jobs, again=True)
        except sql.AWAY:
            log.exception("the database is away")
            self.lose()
            self._keep([*jobs, *_doubts(jobs)])
        except Exception:
            self._write_one_by_one(jobs)

    def _write_one_by_one(self, jobs: list[Job]) -> None:
        for job in jobs:
            if self.is_away:
                self._keep([job])
                continue
            try:
                self._commit([job], again=True)
            except sql.AWAY:
                self.lose()
                self._keep([job, *_doubts([job])])
            except Exception:
                log.exception("could not book %r", job.work)
                if isinstance(job.work, Settlement):
                    self._close(job.work)
                job.refuse(ServerFault())

    def _close(self, settlement: Settlement) -> None:
        try:
            reaper.close(settlement.id)
        except Exception:
            log.exception("could not close %s", settlement.id)
            connection.close()

    def _commit(self, jobs: Sequence[Job], *, again: bool = False) -> None:
        self._connect()
        ended, asked = settlements(jobs), admissions(jobs)
        decided = book(ended, asked, again=again)
        self._recent.add([answer for answer in decided if isinstance(answer, Reservation)], ended)
        answers = iter(decided)
        for job in jobs:
            job.answer(None if isinstance(job.work, Settlement) else next(answers))

    def _connect(self) -> None:
        """On a new connection there may be a database that crashed meanwhile, and lost its last moment."""
        current = sql.connect()
        if current == self._connection:
            return
        try:
            restore(*self._recent.all())
        except sql.AWAY:
            raise
        except Exception:
            log.exception("could not write again what was written last")
        self._connection = current

    def lose(self) -> None:
        connection.close()
        self.is_away = True
        self._try_at = time.monotonic() + TRY_AGAIN_AFTER

    def _keep(self, jobs: Sequence[Job]) -> None:
        """Settlements are answered when they are on disk; admissions are refused."""
        ended = [job for job in jobs if isinstance(job.work, Settlement)]
        fresh = [job for job in ended if not job.is_on_disk]
        if fresh:
            self._spool.append(settlements(fresh))
        for job in ended:
            job.is_on_disk = True
            job.answer(None)
        self._kept += ended
        for job in jobs:
            job.refuse(Overloaded())


def _doubts(jobs: Sequence[Job]) -> list[Job]:
    """Admissions that are refused though they may have been written: the commit was sent, and nobody confirmed it.

    A database that was only stopped may carry it out yet. It does so before it lets go of the account's lock, so a
    settlement that asks for the same lock comes after it, and ends what was written.
    """
    return [Job(unused(admission.reservation(0))) for admission in admissions(jobs)]
