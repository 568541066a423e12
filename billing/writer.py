"""The one thread of this process that writes the books: it takes what has come, and writes it together."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

from django.db import DatabaseError, connection

from billing import sql
from billing.admission import Admission
from billing.batches import BATCH
from billing.committer import Committer
from billing.jobs import Job, Work
from billing.pulse import Pulse
from billing.settlement import Settlement
from billing.upkeep import Upkeep
from common.errors import Overloaded
from common.one import One

T = TypeVar("T")

#: Most requests in the queue before more are refused.
WAITING = 5_000
#: Seconds that settlements, for which nobody waits, wait for an admission to share its transaction.
COMPANY = 0.02
#: So many admissions in one transaction are many: more are on their way, and share the next one when it waits a little.
MANY, REST = 4, 0.005


class Writer:
    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._pulse = Pulse()
        self._committer = Committer(self._pulse)
        self._upkeep = Upkeep(self._pulse)
        self._stopping = False
        self._thread = threading.Thread(target=self._serve, name="books", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def submit(self, work: Work) -> Future[Any]:
        job = Job(work)
        if not isinstance(work, Admission):
            # Only an admission can be given up by who waits for it; all else is done, whoever waits.
            job.future.set_running_or_notify_cancel()
        if not isinstance(work, Settlement) and (self._committer.is_away or self._queue.qsize() > WAITING):
            job.refuse(Overloaded())
        else:
            self._queue.put(job)
        return job.future

    def is_stuck(self, patience: float) -> bool:
        return self._pulse.is_stuck(patience)

    def stop(self) -> None:
        """Writes what is waiting and ends the thread."""
        self._queue.put(None)
        self._thread.join()

    # In the thread ---------------------------------------------------------------------------

    def _serve(self) -> None:
        sql.be_impatient()
        try:
            while not self._stopping:
                self._pulse.beat()
                self._committer.retry()
                self._upkeep.tick(is_away=self._committer.is_away)
                self._pulse.rest()
                if jobs := self._take():
                    self._pulse.beat()
                    self._write(jobs)
                    self._pulse.rest()
                    if sum(isinstance(job.work, Admission) for job in jobs) >= MANY:
                        time.sleep(REST)
            self._committer.retry(now=True)
            if not self._committer.is_away:
                self._upkeep.leave()
        finally:
            self._committer.close()
            connection.close()

    def _take(self) -> list[Job]:
        jobs = self._arrived(min(self._upkeep.due_in, self._committer.due_in))
        until = time.monotonic() + COMPANY
        while _are_patient(jobs) and not self._stopping and (left := until - time.monotonic()) > 0:
            jobs += self._arrived(left)
        return jobs

    def _arrived(self, patience: float) -> list[Job]:
        """All that has come, at most a batch; of what has not, the first is waited for."""
        jobs: list[Job | None] = []
        try:
            jobs.append(self._queue.get(timeout=patience))
            while len(jobs) < BATCH:
                jobs.append(self._queue.get_nowait())
        except queue.Empty:
            pass
        self._stopping = self._stopping or None in jobs
        return [job for job in jobs if job is not None and job.is_wanted()]

    def _write(self, jobs: list[Job]) -> None:
        books = [job for job in jobs if not callable(job.work)]
        if books:
            self._committer.write(books)
        for job in jobs:
            if callable(job.work):
                self._pulse.beat()
                self._run(job, job.work)

    def _run(self, job: Job, work: Callable[[], Any]) -> None:
        """Who waits for one that is away is told at once, and need not each find out."""
        if self._committer.is_away:
            job.refuse(Overloaded())
            return
        try:
            sql.connect()
            job.answer(work())
        except Exception as error:
            if isinstance(error, sql.AWAY):
                self._committer.lose()
            job.refuse(Overloaded() if isinstance(error, DatabaseError) else error)


def _are_patient(jobs: Sequence[Job]) -> bool:
    return bool(jobs) and all(isinstance(job.work, Settlement) for job in jobs)


def _begun() -> Writer:
    writer = Writer()
    writer.start()
    return writer


_writer = One(_begun)


def start() -> Writer:
    """This process's writer, started on first use: it beats, reaps and writes down checkpoints from then on."""
    return _writer.get()


def stop() -> None:
    """Writes what is waiting; the next use starts a new writer."""
    _writer.stop()


def is_stuck(patience: float) -> bool:
    """Whether the thread has been at the same thing for more than so many seconds: its database hangs."""
    return start().is_stuck(patience)


def submit(work: Admission | Settlement) -> Future[Any]:
    return start().submit(work)


def run(work: Callable[[], T]) -> Future[T]:
    """Does other database work in the writer's thread, between transactions."""
    return start().submit(work)
