"""Commits what belongs into the books, whatever the database does meanwhile.

Jobs that arrive together share one transaction: a commit costs the same for one as for fifty. What fails, fails
alone. While the database is away admissions are refused, and settlements are kept, on disk too, until it is back.

A database that answers but has no time for what was kept gets it in smaller batches. Where one alone is too much, the
lock of its organization's account is held by somebody: it is set aside, as if the database were away for it alone.
"""

from __future__ import annotations

import logging
import math
import time
import uuid
from collections.abc import Sequence
from itertools import chain

from django.db import connection

from billing import reaper, spool, sql
from billing.batches import Batches
from billing.book import book, restore
from billing.jobs import Job, admissions, settlements
from billing.models import Reservation
from billing.pulse import Pulse
from billing.recent import Recent
from billing.settlement import Settlement, unused
from common.errors import Overloaded, ServerFault

log = logging.getLogger(__name__)

#: Seconds.
TRY_AGAIN_AFTER, LONGEST_ASIDE = 0.5, 60.0
#: How often a database that answers is asked to take what was written last, before it is used without.
RESTORES = 3


class Committer:
    def __init__(self, pulse: Pulse | None = None) -> None:
        self._pulse = pulse or Pulse()
        self._batches = Batches()
        self._kept: list[Job] = []
        #: What is kept of organizations that the database has no time for, and since when.
        self._aside: dict[uuid.UUID | None, list[Job]] = {}
        self._aside_since, self._aside_for = 0.0, TRY_AGAIN_AFTER
        self._spool = spool.Spool()
        #: Read by other threads too: while it is set, nobody need wait to be refused.
        self.is_away = False
        self._try_at = 0.0
        self._recent = Recent()
        self._failed_restores = 0
        #: Which connection of the thread wrote last.
        self._connection = 0

    @property
    def due_in(self) -> float:
        """Seconds until the database is asked again whether it is back, or has time for what was set aside."""
        if self.is_away:
            return max(0.0, self._try_at - time.monotonic())
        return max(0.0, self._aside_since + self._aside_for - time.monotonic()) if self._aside else math.inf

    def write(self, jobs: list[Job]) -> None:
        those_aside = [job for job in jobs if job.organization_id in self._aside]
        if those_aside:
            self._keep(those_aside)
            jobs = [job for job in jobs if job.organization_id not in self._aside]
        while jobs and not self.is_away:
            batch = self._batches.first(jobs)
            self._write(batch)
            if not self.is_away:
                self._batches.fitted(len(batch))
            jobs = jobs[len(batch) :]
        if jobs:
            self._keep(jobs)

    def retry(self, *, now: bool = False) -> None:
        """Asks a database that was away whether it is back, and if it is, writes what was kept."""
        if self.due_in and not (self.is_away and now):
            return
        if not self.is_away:
            self._take_back()
        try:
            self._connect()
        except sql.AWAY:
            self._save()
            self.lose()
            return
        self.is_away = False
        self._write_kept()

    def _write_kept(self) -> None:
        kept, self._kept = self._kept, []
        while kept:
            batch = self._batches.first(kept)
            # The connection is new.
            self._write_again(batch)
            kept = kept[len(batch) :]
            if self.is_away:
                # Again, or it had no time.
                self._kept += kept
                self._give_less(batch)
                return
            self._batches.fitted(len(batch))
        if not self._aside:
            self._aside_for = TRY_AGAIN_AFTER
            self._spool.clear()

    def _give_less(self, batch: Sequence[Job]) -> None:
        self._batches.failed(len(batch))
        if len(batch) == 1:
            self._set_aside(batch[0].organization_id)

    def _set_aside(self, organization_id: uuid.UUID | None) -> None:
        """With all that would wait for the same lock."""
        log.error("the database has no time for organization %s, which is set aside", organization_id)
        self._aside[organization_id] = [job for job in self._kept if job.organization_id == organization_id]
        self._kept = [job for job in self._kept if job.organization_id != organization_id]
        self._aside_since = time.monotonic()
        self._aside_for = min(2 * self._aside_for, LONGEST_ASIDE)
        # The others need not wait to learn whether it is away for them too.
        self._try_at = time.monotonic()

    def _take_back(self) -> None:
        """One organization, of which one settlement is tried first."""
        self._kept += self._aside.pop(next(iter(self._aside)))
        self._aside_since = time.monotonic()
        self._batches.failed(1)

    def close(self) -> None:
        """What is still kept is on disk, for anyone to write. What is on none is billed by its checkpoints."""
        self._save()
        self._spool.close()

    def _write(self, jobs: list[Job]) -> None:
        try:
            self._commit(jobs)
        except sql.AWAY:
            # The connection may merely have grown old: ask once more on a new one.
            connection.close()
            self._write_again(jobs)
        except Exception:
            self._write_one_by_one(jobs)

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
        self._pulse.beat()
        self._connect()
        ended, asked = settlements(jobs), admissions(jobs)
        decided = book(ended, asked, again=again)
        self._recent.add([answer for answer in decided if isinstance(answer, Reservation)], ended)
        answers = iter(decided)
        for job in jobs:
            job.answer(None if isinstance(job.work, Settlement) else next(answers))

    def _connect(self) -> None:
        """On a new connection there may be a database that crashed meanwhile, and lost its last moment."""
        if sql.connect() == self._connection:
            return
        try:
            restore(*self._recent.all())
            self._failed_restores = 0
        except sql.AWAY:
            self._failed_restores += 1
            if self._failed_restores < RESTORES:
                raise
            log.exception("the database has no time for what was written last")
            self._recent, self._failed_restores = Recent(), 0
            connection.close()
        except Exception:
            log.exception("could not write again what was written last")
        self._connection = sql.connect()

    def lose(self) -> None:
        connection.close()
        self.is_away = True
        self._try_at = time.monotonic() + TRY_AGAIN_AFTER

    def _keep(self, jobs: Sequence[Job]) -> None:
        """Settlements are on disk when they are answered, unless it is full; admissions are refused."""
        ended = [job for job in jobs if isinstance(job.work, Settlement)]
        for job in ended:
            self._aside.get(job.organization_id, self._kept).append(job)
        self._save()
        for job in ended:
            job.answer(None)
        for job in jobs:
            job.refuse(Overloaded())

    def _save(self) -> None:
        """Puts on disk what is kept in memory alone; what does not go there is tried again, and stays meanwhile."""
        fresh = [job for job in chain(self._kept, *self._aside.values()) if not job.is_on_disk]
        if not fresh:
            return
        try:
            self._spool.append(settlements(fresh))
        except OSError as error:
            # As a database on the same disk is away too, this must not end the thread that is to see it come back.
            log.error("%d settlements are kept in memory alone: %s", len(fresh), error)
            return
        for job in fresh:
            job.is_on_disk = True


def _doubts(jobs: Sequence[Job]) -> list[Job]:
    """Admissions that are refused though they may have been written: the commit was sent, and nobody confirmed it.

    A database that was only stopped may carry it out yet. It does so before it lets go of the account's lock, so a
    settlement that asks for the same lock comes after it, and ends what was written.
    """
    return [Job(unused(admission.reservation(0))) for admission in admissions(jobs)]
