"""While the database is away, admissions are refused at once and settlements are kept until it is back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from pytest_django.fixtures import Settings

from accounts.models import Project, User
from billing import committer, processes, spool, upkeep, writer
from billing.accounts import grant
from billing.jobs import Job
from billing.models import Account, Reservation, UsageRecord
from billing.settlement import Settlement
from common.errors import Overloaded, ServerFault
from tests.billing.wishes import check_books, used, wish


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path / "settlements"


@pytest.fixture
def running(empty: Account, alice: User, project: Project) -> Reservation:
    grant(empty.organization, 10**9)
    row: Reservation = writer.submit(wish(alice, project)).result(20)
    return row


@contextmanager
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*_: Any, **__: Any) -> None:
        raise OperationalError("the database is away")

    with monkeypatch.context() as patched:
        patched.setattr(committer, "book", refuse)
        yield


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


def test_what_a_dead_process_left_on_disk_is_booked_once(running: Reservation, folder: Path) -> None:
    dead = spool.Spool()
    dead.append([used(running), used(running)])
    with (folder / f"{processes.current()}.jsonl").open("a") as file:
        file.write('{"id": "cut o')
    dead.close()
    upkeep.replay()
    upkeep.replay()
    assert UsageRecord.objects.get().completion_tokens == 9
    assert list(folder.iterdir()) == []
    check_books()


def test_what_a_living_process_keeps_is_its_own(running: Reservation, folder: Path) -> None:
    alive = spool.Spool()
    alive.append([used(running)])
    upkeep.replay()
    assert not UsageRecord.objects.exists()
    alive.clear()


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
    upkeep.replay()
    assert [path.suffix for path in folder.iterdir()] == [".refused"]
