"""Chores are done when they are due, by one process at a time, and again when they failed or were left half-way."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from billing import chores
from billing.chores import Work
from billing.models import Chore
from common import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done, where there is one chore that is done every minute."""
    done: list[str] = []
    monkeypatch.setattr(chores, "CHORES", {"sweep": Work(lambda: done.append("sweep"), timedelta(minutes=1))})
    return done


def later(monkeypatch: pytest.MonkeyPatch, **time: float) -> None:
    moved = clock.now() + timedelta(**time)
    monkeypatch.setattr(clock, "now", lambda told=None: moved)


def test_one_that_is_due_is_done_once(done: list[str]) -> None:
    assert (chores.do_due(), chores.do_due()) == (["sweep"], [])
    assert done == ["sweep"]


def test_it_is_done_again_when_its_time_has_come(done: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    chores.do_due()
    later(monkeypatch, seconds=61)
    assert chores.do_due() == ["sweep"]


def test_what_another_process_is_at_is_left_to_it(done: list[str]) -> None:
    now = clock.now()
    Chore.objects.create(name="sweep", due_at=now)
    assert Chore.objects.claim("sweep", now, timedelta(minutes=1))
    assert not Chore.objects.claim("sweep", now, timedelta(minutes=1))
    assert chores.do_due() == []


def test_what_a_dead_process_was_at_is_taken_up(done: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    Chore.objects.create(name="sweep", due_at=now, claimed_until=now + timedelta(minutes=15))
    later(monkeypatch, minutes=16)
    assert chores.do_due() == ["sweep"]


def test_one_that_waited_for_a_long_one_has_its_whole_time_from_when_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    ends: list[datetime | None] = []
    work = {
        "a long one": Work(lambda: later(monkeypatch, hours=2), timedelta(days=1)),
        "sweep": Work(lambda: ends.append(Chore.objects.get(pk="sweep").claimed_until), timedelta(minutes=1)),
    }
    monkeypatch.setattr(chores, "CHORES", work)
    assert chores.do_due() == ["a long one", "sweep"]
    assert ends == [clock.now() + timedelta(minutes=15)]


@pytest.mark.django_db(transaction=True)
def test_a_long_one_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, over, swept = threading.Event(), threading.Event(), threading.Event()

    def long() -> None:
        begun.set()
        over.wait(20)

    def sweep() -> None:
        # What waited for the long one would come too late.
        if begun.wait(20) and not over.is_set():
            swept.set()

    work = {
        "a long one": Work(long, timedelta(days=1), lease=timedelta(hours=3)),
        "sweep": Work(sweep, timedelta(minutes=1)),
    }
    monkeypatch.setattr(chores, "CHORES", work)
    monkeypatch.setattr(chores, "LOOK_EVERY", 0.01)
    clerks = chores.Clerks()
    try:
        assert swept.wait(20)
    finally:
        over.set()
        clerks.stop()


def test_one_that_fails_says_why_and_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores, "CHORES", {"sweep": Work(lambda: 1 // 0, timedelta(days=1))})
    assert chores.do_due() == []
    chore = Chore.objects.get()
    assert chore.error.startswith("ZeroDivisionError")
    assert chore.claimed_until is None
    assert chore.due_at < clock.now() + timedelta(minutes=2)


def test_one_with_an_hour_waits_for_it() -> None:
    nightly = Work(lambda: None, timedelta(days=1), hour=3)
    before, after = (datetime.fromisoformat(f"2028-02-28T{hour}:00+00:00") for hour in ("02", "03"))
    assert nightly.next(before) == datetime.fromisoformat("2028-02-28T03:00+00:00")
    assert nightly.next(after) == datetime.fromisoformat("2028-02-29T03:00+00:00")


def test_the_command_does_those_that_are_named(done: list[str]) -> None:
    out = StringIO()
    call_command("run_chores", "sweep", stdout=out)
    assert (done, out.getvalue().strip()) == (["sweep"], "Done: sweep")
    with pytest.raises(CommandError, match="There is no chore named 'sleep': there are sweep"):
        call_command("run_chores", "sleep")


def test_who_was_too_slow_does_not_put_down_what_another_has_taken_up(done: list[str]) -> None:
    now = clock.now()
    Chore.objects.create(name="sweep", due_at=now, claimed_until=now + timedelta(minutes=1))
    slow = Chore.objects.get()
    Chore.objects.update(claimed_until=now + timedelta(minutes=20))
    slow.put_down(done_at=now, due_at=now)
    assert Chore.objects.get().claimed_until == now + timedelta(minutes=20)
