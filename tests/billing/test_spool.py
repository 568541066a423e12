"""While the database is away, admissions are refused at once and settlements are kept until it is back."""

from __future__ import annotations

import errno
import fcntl
import os
import resource
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from accounts.models import Project, User
from billing import batches, committer, processes, replaying, spool, writer
from billing.jobs import Job
from billing.models import Reservation, UsageRecord
from billing.replaying import Replay
from billing.settlement import Settlement
from common.errors import Overloaded, ServerFault
from tests.billing.wishes import check_books, used, wish


@contextmanager
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*_: Any, **__: Any) -> None:
        raise OperationalError("the database is away")

    with monkeypatch.context() as patched:
        patched.setattr(committer, "book", refuse)
        yield


@contextmanager
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", refuse)
        yield


@contextmanager
def space_for(size: int) -> Iterator[None]:
    """No file of this process may become larger."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def lines(folder: Path) -> list[str]:
    """What this process has on disk."""
    return (folder / f"{processes.current()}.jsonl").read_text().splitlines()


def test_admissions_are_refused_as_overload(
    running: Reservation, alice: User, project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with away(monkeypatch):
        assert isinstance(writer.submit(wish(alice, project)).exception(20), Overloaded)


def test_settlements_are_on_disk_at_once_and_booked_once_when_it_is_back(
    running: Reservation, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with away(monkeypatch):
        writer.submit(used(running)).result(20)
        assert len((folder / f"{processes.current()}.jsonl").read_text().splitlines()) == 1
        assert not UsageRecord.objects.exists()
    writer.stop()
    assert UsageRecord.objects.get().completion_tokens == 9
    assert list(folder.iterdir()) == []
    check_books()


def test_of_a_batch_that_failed_it_asks_no_more_once_the_database_is_away(
    running: Reservation, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = []

    def fail(settlements: Sequence[Settlement], *_: Any, **__: Any) -> None:
        sizes.append(len(settlements))
        raise ValueError if len(settlements) > 1 else OperationalError

    monkeypatch.setattr(committer, "book", fail)
    own = committer.Committer()
    writer.run(lambda: own.write([Job(used(running)) for _ in range(3)])).result(20)
    own.close()
    assert sizes == [3, 1]
    assert len((folder / f"{processes.current()}.jsonl").read_text().splitlines()) == 3


def test_what_was_kept_is_written_in_batches_and_only_those_that_failed_are_kept_again(
    running: Reservation, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database takes the first batch, and goes away again during the second."""
    sizes: list[int] = []

    def take_one(settlements: Sequence[Settlement], *_: Any, **__: Any) -> list[Any]:
        sizes.append(len(settlements))
        if len(sizes) == 2:
            raise OperationalError
        return []

    monkeypatch.setattr(batches, "BATCH", 2)
    monkeypatch.setattr(committer, "book", take_one)
    own = committer.Committer()
    own.lose()
    own.write([Job(used(running)) for _ in range(5)])
    own.retry(now=True)
    assert (own.is_away, sizes) == (True, [2, 2])
    own.retry(now=True)
    assert (own.is_away, sizes[2:]) == (False, [1, 2])
    assert list(folder.iterdir()) == []


def test_a_full_disk_loses_nothing_and_is_over_when_there_is_space_again(
    running: Reservation, alice: User, project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with away(monkeypatch), full_disk(monkeypatch):
        writer.submit(used(running)).result(20)
        assert isinstance(writer.submit(wish(alice, project)).exception(20), Overloaded)
    writer.run(lambda: None).exception(20)
    writer.stop()
    assert UsageRecord.objects.get().completion_tokens == 9
    assert isinstance(writer.submit(wish(alice, project)).result(20), Reservation)
    check_books()


def test_what_a_full_disk_did_not_take_is_on_it_as_soon_as_there_is_space(
    running: Reservation, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committer, "TRY_AGAIN_AFTER", 60.0)
    with away(monkeypatch):
        with full_disk(monkeypatch):
            writer.submit(used(running)).result(20)
        assert lines(folder) == []
        writer.submit(used(running)).result(20)
        assert len(lines(folder)) == 2
    writer.stop()
    check_books()


def test_who_leaves_tries_once_more_to_write_what_a_full_disk_did_not_take(
    running: Reservation, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = committer.Committer()
    own.lose()
    with full_disk(monkeypatch):
        own.write([Job(used(running))])
    assert lines(folder) == []
    own.close()
    assert len(lines(folder)) == 1


def test_a_disk_with_space_for_half_a_settlement_gets_none_of_it(running: Reservation, folder: Path) -> None:
    writer.stop()
    own, ended = spool.Spool(), used(running)
    own.append([ended])
    size = (folder / f"{processes.current()}.jsonl").stat().st_size
    with space_for(size * 3 // 2), pytest.raises(OSError, match="too large"):
        own.append([ended])
    own.append([ended])
    own.close()
    first, second = lines(folder)
    assert first == second


def test_what_a_dead_process_left_on_disk_is_booked_once(running: Reservation, folder: Path) -> None:
    dead = spool.Spool()
    dead.append([used(running), used(running)])
    with (folder / f"{processes.current()}.jsonl").open("a") as file:
        file.write('{"id": "cut o')
    dead.close()
    Replay().run()
    Replay().run()
    assert UsageRecord.objects.get().completion_tokens == 9
    assert list(folder.iterdir()) == []
    check_books()


def left_behind(settlements: list[Settlement]) -> None:
    dead = spool.Spool()
    dead.append(settlements)
    dead.close()


def test_what_a_dead_process_left_is_booked_in_batches(
    running: Reservation, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    monkeypatch.setattr(batches, "BATCH", 2)
    monkeypatch.setattr(replaying, "book", lambda settlements, _: sizes.append(len(settlements)))
    left_behind([used(running) for _ in range(5)])
    Replay().run()
    assert sizes == [2, 2, 1]
    assert list(folder.iterdir()) == []


def test_what_a_living_process_keeps_is_its_own(running: Reservation, folder: Path) -> None:
    alive = spool.Spool()
    alive.append([used(running)])
    Replay().run()
    assert not UsageRecord.objects.exists()
    alive.clear()


def before_the_lock(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Somebody else does this between the opening of the next file and its lock."""
    lock = fcntl.flock

    def late(*arguments: Any) -> None:
        monkeypatch.setattr(fcntl, "flock", lock)
        happens()
        lock(*arguments)

    monkeypatch.setattr(fcntl, "flock", late)


def test_a_file_that_was_taken_for_a_dead_writers_before_it_was_locked_is_opened_again(
    running: Reservation, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer.stop()
    before_the_lock(monkeypatch, Replay().run)
    alive = spool.Spool()
    alive.append([used(running)])
    assert len(lines(folder)) == 1
    alive.close()


def test_what_a_living_process_began_anew_before_the_old_was_locked_is_its_own(
    running: Reservation, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer.stop()
    alive = spool.Spool()
    alive.append([used(running)])

    def begin_anew() -> None:
        alive.clear()
        alive.append([used(running)])

    before_the_lock(monkeypatch, begin_anew)
    Replay().run()
    assert len(lines(folder)) == 1
    alive.close()


def test_what_is_gone_before_it_is_opened_is_nobodys(
    running: Reservation, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir()
    (folder / "gone.jsonl").symlink_to(folder / "nowhere")
    Replay().run()
    assert not UsageRecord.objects.exists()


def test_what_cannot_be_booked_fails_alone(running: Reservation, alice: User, project: Project, folder: Path) -> None:
    """A count that no column holds is refused by the database in the middle of a batch."""
    bad = writer.submit(used(running, completion=2**80))
    good = [writer.submit(wish(alice, project)) for _ in range(3)]
    assert isinstance(bad.exception(20), ServerFault)
    assert all(each.exception(20) is None for each in good)
    assert UsageRecord.objects.get().certainty == UsageRecord.Certainty.CHECKPOINT
    check_books()


def test_a_file_the_database_will_not_have_is_set_aside(running: Reservation, folder: Path) -> None:
    dead = spool.Spool()
    dead.append([used(running, completion=2**80)])
    dead.close()
    Replay().run()
    assert [path.suffix for path in folder.iterdir()] == [".refused"]
