"""Stopping and showing a running answer, in this process or in the one that writes it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterable

from billing import processes
from playground import rpc, running
from playground.errors import Refusal
from playground.models import Answer
from playground.running import RunningAnswer

#: Seconds: an answer's row is there a moment before its task, and a provider may be slow to hang up.
APPEARS_WITHIN, CLOSES_WITHIN = 0.5, 3.0


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
    try:
        reply = await _call_owner(answer, method)
    except TimeoutError as error:
        raise Refusal("not_closed", "The provider has not closed the connection yet. Try again in a moment.") from error
    if reply is None:
        raise Refusal("owner_silent", "The server that writes this answer does not reply. Try again in a moment.")


async def _call_owner(answer: Answer, method: str) -> str | None:
    if answer.process == processes.current():
        return await rpc.METHODS[method](answer.pk)
    return await rpc.call(answer.process, method, answer.pk) if answer.process else None


async def _appearing(answer_id: uuid.UUID) -> RunningAnswer | None:
    for _ in range(25):
        if answer := running.find(answer_id):
            return answer
        await asyncio.sleep(APPEARS_WITHIN / 25)
    return None


async def _stop(answer_id: uuid.UUID) -> str:
    if answer := await _appearing(answer_id):
        answer.stop()
        await asyncio.wait_for(answer.closed.wait(), CLOSES_WITHIN)
    return "closed"


async def _stop_and_save(answer_id: uuid.UUID) -> str:
    if answer := await _appearing(answer_id):
        answer.stop()
        await asyncio.wait_for(answer.over.wait(), CLOSES_WITHIN)
    return "over"


async def _snapshot(answer_id: uuid.UUID) -> str:
    answer = running.find(answer_id)
    return answer.snapshot().model_dump_json() if answer else ""


rpc.METHODS.update({"stop": _stop, "stop and save": _stop_and_save, "snapshot": _snapshot})
