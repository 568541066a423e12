"""What is done again and again without being asked: any number of processes may, one at a time does.

A chore may be left half-way by a process that dies, and is then begun anew; so each must bear to be done twice.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection

from billing import alerts, reconciling, tidying
from billing.invoicing.run import run_invoices
from billing.models import Chore
from common import clock
from common.one import One

log = logging.getLogger(__name__)

#: How often a process looks whether anything is due, how long it lets what failed rest, and its threads end; seconds.
LOOK_EVERY, REST, MOMENT = 10.0, 60.0, 2.0
USUAL_LEASE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Work:
    do: Callable[[], object]
    every: timedelta
    #: The hour (UTC) at which it is done, where that matters.
    hour: int | None = None
    #: For how long it may take.
    lease: timedelta = USUAL_LEASE

    @property
    def is_long(self) -> bool:
        return self.lease > USUAL_LEASE

    def next(self, now: datetime) -> datetime:
        if self.hour is None:
            return now + self.every
        today = now.replace(hour=self.hour, minute=0, second=0, microsecond=0)
        return today if today > now else today + self.every


CHORES = {
    "reconciliation": Work(reconciling.reconcile, every=timedelta(days=1), hour=3, lease=timedelta(hours=3)),
    "credits": Work(tidying.tidy, every=timedelta(minutes=10)),
    "invoices": Work(run_invoices, every=timedelta(minutes=10)),
    "alerts": Work(alerts.check, every=timedelta(minutes=1)),
}


def do_due(names: Collection[str] | None = None) -> list[str]:
    """Does what is due and unclaimed, of all or of these; the names of what was done."""
    now, names = clock.now(), CHORES.keys() if names is None else names
    for name in set(names) - set(Chore.objects.values_list("name", flat=True)):
        first = now if CHORES[name].hour is None else CHORES[name].next(now)
        Chore.objects.get_or_create(name=name, defaults={"due_at": first})
    due = [name for name in Chore.objects.due(now).values_list("name", flat=True) if name in names]
    # Those before it may have taken hours: each has its lease from when it begins.
    return [name for name in due if Chore.objects.claim(name, clock.now(), CHORES[name].lease) and do(name)]


def do(name: str) -> bool:
    """One that is claimed. What fails is tried again soon."""
    work, chore = CHORES[name], Chore.objects.get(pk=name)
    try:
        work.do()
    except Exception as error:
        log.exception("the chore %s failed", name)
        if isinstance(error, DatabaseError):
            connection.close()
        again = clock.now() + timedelta(seconds=REST)
        chore.put_down(done_at=None, due_at=again, error=f"{type(error).__name__}: {error}")
        return False
    now = clock.now()
    chore.put_down(done_at=now, due_at=work.next(now))
    return True


class Clerks:
    """Threads of a process that look after chores: one for those that are soon done, one for what may take hours and is
    to hold up none of them. Each looks through a connection to the database, so there are no more."""

    def __init__(self) -> None:
        self._leaving = threading.Event()
        names = [[name for name, work in CHORES.items() if work.is_long is long] for long in (False, True)]
        self._threads = [
            threading.Thread(target=self._serve, args=[each], name="chores", daemon=True) for each in names
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """What they are at is left to others if it takes longer than a moment."""
        self._leaving.set()
        until = time.monotonic() + MOMENT
        for thread in self._threads:
            thread.join(timeout=max(0.0, until - time.monotonic()))

    def _serve(self, names: Collection[str]) -> None:
        while not self._leaving.wait(LOOK_EVERY):
            try:
                do_due(names)
            except Exception:
                log.warning("the chores %s wait", names, exc_info=True)
            finally:
                connection.close()


_clerks = One(Clerks)


def start() -> None:
    """This process's clerks, once, where settings want them."""
    if settings.RUN_CHORES:
        _clerks.get()


def stop() -> None:
    _clerks.stop()
