"""Stopping and showing a running answer, in this process or in the one that writes it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterable
from contextlib import suppress

from billing import processes
from playground import database, rpc, running
from playground.errors import Refusal
from playground.models import Answer
from playground.running import RunningAnswer

#: Seconds: an answer's row is there a moment before its task, and a provider may be slow to hang up. Shorter than an
#: owner in another process is waited for.
PATIENCE = 3.0
PAUSE = 0.05
DONE = "done"
#: By what an owner replies.
REFUSED = {
    "not_begun": "This answer is about to begin. Try again in a moment.",
    "not_closed": "The provider has not closed the connection yet. Try again in a moment.",
    "not_saved": "The answer is stopped, but its end is not saved yet. Try again in a moment.",
    "owner_silent": "The server that writes this answer does not reply. Try again in a moment.",
}


async def stop(answers: Iterable[Answer]) -> None:
    """Returns when every upstream connection is closed."""
    await asyncio.gather(*(_order(answer, "stop") for answer in answers))


async def stop_and_save(answers: Iterable[Answer]) -> None:
    """Returns when their ends are saved too."""
    await asyncio.gather(*(_order(answer, "stop and save") for answer in answers))


async def snapshot(answer: Answer) -> str | None:
    """The frame as JSON; None if its process has it no more: then its end is told, or it is found to be dead."""
    return await _call_owner(answer, "snapshot") or None


async def _order(answer: Answer, method: str) -> None:
    reply = await _call_owner(answer, method) or "owner_silent"
    if reply != DONE:
        raise Refusal(reply, REFUSED[reply])


async def _call_owner(answer: Answer, method: str) -> str | None:
    if answer.process == processes.current():
        return await rpc.METHODS[method](answer.pk)
    return await rpc.call(answer.process, method, answer.pk) if answer.process else None


async def _appearing(answer_id: uuid.UUID) -> RunningAnswer | None:
    """None if it is over."""
    is_running = Answer.objects.running().filter(pk=answer_id).exists
    # No event tells of it: its row may end in another process.
    while (answer := running.find(answer_id)) is None and await database.run(is_running):  # noqa: ASYNC110
        await asyncio.sleep(PAUSE)
    return answer


async def _stop(answer_id: uuid.UUID) -> str:
    return await _stopped(answer_id, is_saved=False)


async def _stop_and_save(answer_id: uuid.UUID) -> str:
    return await _stopped(answer_id, is_saved=True)


async def _stopped(answer_id: uuid.UUID, *, is_saved: bool) -> str:
    """What is not so in time, else DONE."""
    so_far = "not_begun"
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            if answer := await _appearing(answer_id):
                so_far = "not_closed"
                answer.stop()
                await answer.closed.wait()
                so_far = "not_saved"
                if is_saved:
                    await answer.over.wait()
            so_far = DONE
    return so_far


async def _snapshot(answer_id: uuid.UUID) -> str:
    answer = running.find(answer_id)
    return answer.snapshot().model_dump_json() if answer else ""


rpc.METHODS.update({"stop": _stop, "stop and save": _stop_and_save, "snapshot": _snapshot})
