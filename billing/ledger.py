"""Entries into the books, whatever the database does meanwhile.

Entries that arrive together share one transaction: a commit costs the same for one as for fifty. What fails, fails
alone. While the database is away admissions are refused, and settlements are kept, on disk too, until it is back.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Sequence

from django.db import InterfaceError, OperationalError, connection

from billing import reaper, spool, sql
from billing.book import book, restore
from billing.entries import Entry, admissions, settlements
from billing.models import Reservation
from billing.recent import Recent
from billing.settlement import Settlement, unused
from common.errors import Overloaded, ServerFault

log = logging.getLogger(__name__)

AWAY = (OperationalError, InterfaceError)
#: Seconds.
TRY_AGAIN_AFTER = 0.5


class Ledger:
    def __init__(self) -> None:
        self._kept: list[Entry] = []
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

    def write(self, entries: list[Entry]) -> None:
        if self.is_away:
            self._keep(entries)
            return
        try:
            self._commit(entries)
        except AWAY:
            # The connection may merely have grown old: ask once more on a new one.
            connection.close()
            self._write_again(entries)
        except Exception:
            self._write_one_by_one(entries)

    def retry(self, *, now: bool = False) -> None:
        """Asks a database that was away whether it is back, and if it is, writes what was kept."""
        if not self.is_away or (time.monotonic() < self._try_at and not now):
            return
        kept, self._kept = self._kept, []
        try:
            self._connect()
        except AWAY:
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

    def _write_again(self, entries: list[Entry]) -> None:
        try:
            self._commit(entries, again=True)
        except AWAY:
            log.exception("the database is away")
            self.lose()
            self._keep([*entries, *_doubts(entries)])
        except Exception:
            self._write_one_by_one(entries)

    def _write_one_by_one(self, entries: list[Entry]) -> None:
        for entry in entries:
            try:
                self._commit([entry], again=True)
            except AWAY:
                self.lose()
                self._keep([entry, *_doubts([entry])])
            except Exception:
                log.exception("could not book %r", entry.work)
                if isinstance(entry.work, Settlement):
                    self._close(entry.work)
                entry.refuse(ServerFault())

    def _close(self, settlement: Settlement) -> None:
        try:
            reaper.close(settlement.id)
        except Exception:
            log.exception("could not close %s", settlement.id)
            connection.close()

    def _commit(self, entries: Sequence[Entry], *, again: bool = False) -> None:
        self._connect()
        ended, asked = settlements(entries), admissions(entries)
        decided = book(ended, asked, again=again)
        self._recent.add([answer for answer in decided if isinstance(answer, Reservation)], ended)
        answers = iter(decided)
        for entry in entries:
            entry.answer(None if isinstance(entry.work, Settlement) else next(answers))

    def _connect(self) -> None:
        """On a new connection there may be a database that crashed meanwhile, and lost its last moment."""
        current = sql.connect()
        if current == self._connection:
            return
        try:
            restore(*self._recent.all())
        except AWAY:
            raise
        except Exception:
            log.exception("could not write again what was written last")
        self._connection = current

    def lose(self) -> None:
        connection.close()
        self.is_away = True
        self._try_at = time.monotonic() + TRY_AGAIN_AFTER

    def _keep(self, entries: Sequence[Entry]) -> None:
        """Settlements are answered when they are on disk; admissions are refused."""
        ended = [entry for entry in entries if isinstance(entry.work, Settlement)]
        fresh = [entry for entry in ended if not entry.is_on_disk]
        if fresh:
            self._spool.append(settlements(fresh))
        for entry in ended:
            entry.is_on_disk = True
            entry.answer(None)
        self._kept += ended
        for entry in entries:
            entry.refuse(Overloaded())


def _doubts(entries: Sequence[Entry]) -> list[Entry]:
    """Admissions that are refused though they may have been written: the commit was sent, and nobody confirmed it.

    A database that was only stopped may carry it out yet. It does so before it lets go of the account's lock, so a
    settlement that asks for the same lock comes after it, and ends what was written.
    """
    return [Entry(unused(admission.reservation(0))) for admission in admissions(entries)]
