"""The one thread of this process that writes the books.

Requests that arrive together share one transaction: a commit costs the same for one as for fifty. What fails, fails
alone. While the database is away admissions are refused at once, and settlements are kept, on disk too.
"""

from __future__ import annotations

import atexit
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from billing import accounts, checkpoints, processes, reaper, spool
from billing.admission import Admission, admit_all
from billing.models import Reservation
from billing.settlement import Settlement, settle_all
from common.errors import LineupError, Overloaded, ServerFault

log = logging.getLogger(__name__)
T = TypeVar("T")

AWAY = (OperationalError, InterfaceError)
#: Most requests in one transaction, and in the queue before more are refused.
BATCH, WAITING = 256, 5_000
#: Seconds.
CHECKPOINT_EVERY, BEAT_EVERY, TRY_AGAIN_AFTER = 1.0, 5.0, 0.5


@dataclass(slots=True, eq=False)
class Entry:
    """Something to be written, and where its writer waits."""

    work: Admission | Settlement | Callable[[], Any]
    future: Future[Any] = field(default_factory=Future)
    is_on_disk: bool = False

    def is_wanted(self) -> bool:
        """Asked once, when its turn has come: from now on it cannot be given up."""
        return not isinstance(self.work, Admission) or self.future.set_running_or_notify_cancel()

    def refuse(self, error: BaseException) -> None:
        if not self.future.done():
            self.future.set_exception(error)

    def answer(self, value: Any) -> None:
        if isinstance(value, LineupError):
            self.refuse(value)
        elif not self.future.done():
            self.future.set_result(value)


class Writer:
    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Entry | None] = queue.SimpleQueue()
        self._kept: list[Entry] = []
        self._spool = spool.Spool()
        self._away_until = 0.0
        #: Since when the database has answered every time.
        self._there_since = time.monotonic()
        self._checkpoint_at = self._beat_at = 0.0
        self._stopping = False
        self._thread = threading.Thread(target=self._serve, name="books", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def submit(self, work: Admission | Settlement | Callable[[], Any]) -> Future[Any]:
        entry = Entry(work)
        if isinstance(work, Admission) and self._queue.qsize() > WAITING:
            entry.refuse(Overloaded())
        else:
            if not isinstance(work, Admission):
                # Only an admission can be given up by who waits for it; all else is done, whoever waits.
                entry.future.set_running_or_notify_cancel()
            self._queue.put(entry)
        return entry.future

    def stop(self) -> None:
        """Writes what is waiting and ends the thread."""
        self._queue.put(None)
        self._thread.join()

    # In the thread ---------------------------------------------------------------------------

    def _serve(self) -> None:
        try:
            while not self._stopping:
                self._tick()
                if entries := self._take():
                    self._write(entries)
            self._retry()
            self._quietly(processes.leave)
        finally:
            self._spool.close()
            connection.close()

    def _take(self) -> list[Entry]:
        due = min(self._checkpoint_at, self._beat_at) - time.monotonic()
        entries: list[Entry | None] = []
        try:
            entries.append(self._queue.get(timeout=max(0.0, due)))
            while len(entries) < BATCH:
                entries.append(self._queue.get_nowait())
        except queue.Empty:
            pass
        self._stopping = None in entries
        return [entry for entry in entries if entry is not None and entry.is_wanted()]

    def _write(self, entries: list[Entry]) -> None:
        books = [entry for entry in entries if not callable(entry.work)]
        if books:
            self._book(books)
        for entry in entries:
            if callable(entry.work):
                self._run(entry, entry.work)

    def _run(self, entry: Entry, work: Callable[[], Any]) -> None:
        try:
            entry.answer(work())
        except Exception as error:
            if isinstance(error, AWAY):
                connection.close()
            entry.refuse(Overloaded() if isinstance(error, DatabaseError) else error)

    def _book(self, entries: list[Entry]) -> None:
        if time.monotonic() < self._away_until:
            self._keep(entries)
            return
        try:
            self._commit(entries)
        except AWAY:
            # The connection may merely have grown old: ask once more on a new one.
            connection.close()
            self._book_again(entries)
        except Exception:
            self._book_one_by_one(entries)

    def _book_again(self, entries: list[Entry]) -> None:
        try:
            self._commit(entries, again=True)
        except AWAY:
            log.exception("the database is away")
            connection.close()
            self._away_until = time.monotonic() + TRY_AGAIN_AFTER
            self._keep(entries)
        except Exception:
            self._book_one_by_one(entries)

    def _book_one_by_one(self, entries: list[Entry]) -> None:
        for entry in entries:
            try:
                self._commit([entry], again=True)
            except AWAY:
                self._keep([entry])
            except Exception:
                log.exception("could not book %r", entry.work)
                if isinstance(entry.work, Settlement):
                    self._quietly(partial(reaper.close, entry.work.id))
                entry.refuse(ServerFault())

    def _commit(self, entries: Sequence[Entry], *, again: bool = False) -> None:
        admissions = [entry for entry in entries if isinstance(entry.work, Admission)]
        settlements = [entry for entry in entries if isinstance(entry.work, Settlement)]
        with transaction.atomic():
            answers = book(
                [entry.work for entry in settlements if isinstance(entry.work, Settlement)],
                [entry.work for entry in admissions if isinstance(entry.work, Admission)],
                again=again,
            )
        for entry in settlements:
            entry.answer(None)
        for entry, answer in zip(admissions, answers, strict=True):
            entry.answer(answer)

    def _keep(self, entries: list[Entry]) -> None:
        settlements = [entry for entry in entries if isinstance(entry.work, Settlement)]
        fresh = [entry for entry in settlements if not entry.is_on_disk]
        if fresh:
            self._spool.append([entry.work for entry in fresh if isinstance(entry.work, Settlement)])
        for entry in settlements:
            entry.is_on_disk = True
            entry.answer(None)
        self._kept += settlements
        for entry in entries:
            entry.refuse(Overloaded())

    def _retry(self) -> None:
        """What was kept, now that the database may be back."""
        if not self._kept or (time.monotonic() < self._away_until and not self._stopping):
            return
        kept, self._kept, self._away_until = self._kept, [], 0.0
        self._book(kept)
        if not self._kept:
            self._spool.clear()

    def _tick(self) -> None:
        now = time.monotonic()
        self._retry()
        if now >= self._checkpoint_at:
            self._checkpoint_at = now + CHECKPOINT_EVERY
            self._quietly(_checkpoint)
        if now >= self._beat_at:
            self._beat_at = now + BEAT_EVERY
            self._quietly(self._beat)

    def _beat(self) -> None:
        processes.beat()
        replay()
        reaper.reap(silent_too=time.monotonic() - self._there_since > processes.SILENCE)

    def _quietly(self, work: Callable[[], object]) -> None:
        """Upkeep is tried again soon, so its failure is no one's but the log's."""
        if time.monotonic() < self._away_until:
            return
        try:
            work()
        except Exception:
            log.warning("upkeep of the books failed", exc_info=True)
            self._there_since = time.monotonic()
            connection.close()


def book(
    settlements: Sequence[Settlement], admissions: Sequence[Admission], *, again: bool
) -> list[Reservation | LineupError]:
    """Settlements first: the money and the slots they free are the next request's."""
    concerned = {work.organization_id for work in settlements} | {work.organization_id for work in admissions}
    locked = accounts.lock(concerned)
    settle_all(settlements)
    if settlements and admissions:
        locked = accounts.lock(concerned)
    known = _known(admissions) if again else {}
    fresh = admit_all([admission for admission in admissions if admission.id not in known], locked)
    answers = iter(fresh)
    return [known.get(admission.id) or next(answers) for admission in admissions]


def _known(admissions: Sequence[Admission]) -> dict[Any, Reservation]:
    """Those that an earlier try wrote, though its commit was not confirmed."""
    return Reservation.objects.in_bulk([admission.id for admission in admissions])


@transaction.atomic
def _checkpoint() -> None:
    checkpoints.write()


def replay() -> None:
    """Books what dead writers left on disk; what the database will not have is set aside for people to look at."""
    for path, settlements in spool.orphans():
        try:
            with transaction.atomic():
                book(settlements, [], again=False)
        except AWAY:
            raise
        except Exception:
            log.exception("could not book %s", path)
            path.rename(path.with_suffix(".refused"))
        else:
            path.unlink(missing_ok=True)
            log.warning("booked %d settlements from %s", len(settlements), path.name)


_guard = threading.Lock()
_writer: Writer | None = None


def start() -> Writer:
    """This process's writer, started on first use: it beats, reaps and writes down checkpoints from then on."""
    global _writer
    with _guard:
        if _writer is None:
            _writer = Writer()
            _writer.start()
        return _writer


def stop() -> None:
    """Writes what is waiting; the next use starts a new writer."""
    global _writer
    with _guard:
        writer, _writer = _writer, None
    if writer is not None:
        writer.stop()


atexit.register(stop)


def submit(work: Admission | Settlement) -> Future[Any]:
    return start().submit(work)


def run(work: Callable[[], T]) -> Future[T]:
    """Does other database work in the writer's thread, between transactions."""
    return start().submit(work)
