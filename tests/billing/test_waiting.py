"""The event loop waits for the books' thread: for each answer once, together with others, and never for long."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from billing import waiting, writer
from common.errors import Overloaded

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hanging() -> Iterator[threading.Event]:
    """The thread hangs, as it does with its database, until the event is set."""
    release = threading.Event()
    writer.run(lambda: release.wait(20))
    yield release
    release.set()


async def test_answers_come_to_those_who_asked() -> None:
    asked = [waiting.answer(writer.run(lambda number=number: number)) for number in range(500)]  # type: ignore[misc]
    assert await asyncio.gather(*asked) == list(range(500))


async def test_who_asks_a_thread_that_hangs_is_told_so(
    hanging: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "PATIENCE", 0.5)
    with pytest.raises(Overloaded):
        await waiting.answer(writer.run(lambda: None))
    hanging.set()


async def test_a_process_that_stood_still_does_not_take_its_database_for_away(
    hanging: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "PATIENCE", 0.5)
    monkeypatch.setattr(waiting, "IMPATIENCE", 10.0)
    asking = asyncio.create_task(waiting.answer(writer.run(lambda: "answered")))
    await asyncio.sleep(0)
    time.sleep(1.5)  # noqa: ASYNC251 (nothing of the process goes on)
    # The first only has the timer called: it is looked at the thread in the second.
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    hanging.set()
    assert await asking == "answered"


async def test_what_was_answered_while_the_loop_was_busy_is_no_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE", 0.0)
    future = writer.run(lambda: "answered")
    future.result(20)
    assert await waiting.answer(future) == "answered"


async def test_two_who_ask_the_same_get_one_answer(hanging: threading.Event) -> None:
    times: list[int] = []
    first, second = (waiting.shared("same", lambda: times.append(1)) for _ in range(2))
    assert first is second
    hanging.set()
    await waiting.answer(first)
    assert times == [1]
    assert waiting.shared("same", lambda: times.append(1)) is not first


async def test_who_leaves_does_not_take_the_answer_from_others(hanging: threading.Event) -> None:
    asked = [asyncio.create_task(waiting.answer(waiting.shared("same", lambda: "answer"))) for _ in range(2)]
    await asyncio.sleep(0)
    asked[0].cancel()
    hanging.set()
    assert await asked[1] == "answer"
