"""A database that answers but has no time for all at once, or for one organization, is not away for everybody."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError

from billing import batches, committer, replaying, spool
from billing.jobs import Job
from billing.models import Reservation
from billing.pulse import Pulse
from billing.replaying import Replay
from billing.settlement import Settlement
from common.ids import uuid7
from tests.billing.wishes import used


def test_a_batch_that_does_not_fit_is_halved_until_it_does(
    running: Reservation, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database answers, and takes no more than three at a time."""
    fitted: list[int] = []

    def take_three(settlements: Sequence[Settlement], *_: Any, **__: Any) -> list[Any]:
        if len(settlements) > 3:
            raise OperationalError
        fitted.append(len(settlements))
        return []

    monkeypatch.setattr(committer, "book", take_three)
    own = committer.Committer()
    own.write([Job(used(running)) for _ in range(20)])
    for _ in range(9):
        own.retry(now=True)
    assert (own.is_away, sum(fitted)) == (False, 20)
    assert list(folder.iterdir()) == []


def test_batches_grow_again_once_the_database_has_time(
    running: Reservation, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    most, sizes = [1], [0]

    def take(settlements: Sequence[Settlement], *_: Any, **__: Any) -> list[Any]:
        if len(settlements) > most[0]:
            raise OperationalError
        sizes.append(len(settlements))
        return []

    monkeypatch.setattr(committer, "book", take)
    own = committer.Committer()
    own.write([Job(used(running)) for _ in range(4)])
    for _ in range(9):
        own.retry(now=True)
    most[0] = 256
    for _ in range(30):
        own.write([Job(used(running)) for _ in range(20)])
    assert sizes[-1] == 20


def test_one_that_never_fits_is_set_aside_and_booked_when_it_does(
    running: Reservation, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody holds its account's lock; others do not wait for it, nor do requests."""
    stuck, others = used(running), [replace(used(running), id=uuid7(), organization_id=uuid7()) for _ in range(5)]
    booked: list[Settlement] = []
    held = [stuck]

    def take_others(settlements: Sequence[Settlement], *_: Any, **__: Any) -> list[Any]:
        if set(held) & set(settlements):
            raise OperationalError
        booked.extend(settlements)
        return []

    monkeypatch.setattr(committer, "book", take_others)
    own = committer.Committer()
    own.write([Job(each) for each in [stuck, *others]])
    for _ in range(6):
        own.retry(now=True)
    assert (own.is_away, booked) == (False, others)
    assert "is set aside" in caplog.text
    assert len(list(folder.iterdir())) == 1, "it outlives the process"
    held.clear()
    time.sleep(own.due_in)
    own.retry()
    assert booked == [*others, stuck]
    assert list(folder.iterdir()) == []


def test_a_thread_that_books_one_batch_after_another_is_not_stuck(
    running: Reservation, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each takes half of what one may; all together take longer."""
    clock, stuck = [0.0], list[bool]()

    def slow(*_: Any, **__: Any) -> list[Any]:
        clock[0] += 0.5
        stuck.append(pulse.is_stuck(1))
        return []

    monkeypatch.setattr("billing.pulse.time", SimpleNamespace(monotonic=lambda: clock[0]))

    monkeypatch.setattr(batches, "BATCH", 1)
    monkeypatch.setattr(committer, "book", slow)
    pulse = Pulse()
    own = committer.Committer(pulse)
    own.lose()
    own.write([Job(used(running)) for _ in range(4)])
    pulse.beat()
    own.retry(now=True)
    assert stuck == [False] * 4


def test_a_database_that_answers_but_never_takes_what_was_written_last_is_not_away_for_good(
    running: Reservation, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(committer, "restore", refuse)
    own = committer.Committer()
    own.lose()
    for _ in range(committer.RESTORES):
        own.retry(now=True)
    assert not own.is_away


def test_of_what_a_dead_process_left_one_that_never_fits_holds_up_no_other(
    running: Reservation, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, others = used(running), [replace(used(running), id=uuid7(), organization_id=uuid7()) for _ in range(5)]
    booked: list[Settlement] = []
    held = [stuck]

    def take_others(settlements: Sequence[Settlement], _: Any) -> None:
        if set(held) & set(settlements):
            raise OperationalError
        booked.extend(settlements)

    monkeypatch.setattr(replaying, "book", take_others)
    dead = spool.Spool()
    dead.append([stuck, *others])
    dead.close()
    replay = Replay()
    for _ in range(2):
        with pytest.raises(OperationalError):
            replay.run()
    replay.run()
    assert booked[-5:] == others
    booked.clear()
    replay.run()
    assert (booked, len(list(folder.iterdir()))) == ([], 1), "its file rests"
    held.clear()
    Replay().run()
    assert booked == [stuck, *others]
    assert list(folder.iterdir()) == []
