"""What is written down of answers: now and then while they grow, a process's all at once, and at their end."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import Error, transaction
from django.utils import timezone

from completions.receipt import Receipt
from playground import database, errors, protocol, running, structure, trials
from playground.broadcast import made, transcript_frame
from playground.images.parts import put_away
from playground.lanes import changed
from playground.models import Answer, Lane, Message
from playground.prompt import Prompt
from playground.rendering import calls_html, foot_html, spread_html
from playground.running import RunningAnswer
from playground.sending import go_on_with_mocks

log = logging.getLogger(__name__)

#: Seconds: at most this much of an answer is lost with its process.
INTERVAL = 0.7
#: The last word on an answer is tried to be saved for a minute, should the database be away.
ATTEMPTS, PAUSE, LONGEST_PAUSE = 16, 0.5, 5.0
#: Finish of an answer that reached its limit: its last call may lack its end.
CUT_OFF = "length"
STATES = {"completed": Answer.State.DONE, "stopped": Answer.State.STOPPED, "failed": Answer.State.FAILED}

_savers: dict[asyncio.AbstractEventLoop, asyncio.Task[None]] = {}


def wake() -> None:
    loop = asyncio.get_running_loop()
    saver = _savers.get(loop)
    if saver is None or saver.done():
        _savers[loop] = loop.create_task(_keep_saving(loop))


async def _keep_saving(loop: asyncio.AbstractEventLoop) -> None:
    try:
        while running.everything():
            await asyncio.sleep(INTERVAL)
            await _checkpoint()
    finally:
        _savers.pop(loop, None)


async def _checkpoint() -> None:
    """An answer that has ended meanwhile is left to its own last word: it may not be saved after that."""
    due = [answer for answer in running.everything() if answer.is_unsaved and not answer.closed.is_set()]
    if not due:
        return
    rows = [_so_far(answer) for answer in due]
    for answer in due:
        answer.is_unsaved = False
    try:
        await database.run(_save, rows)
    except Error:
        log.exception("%d running answers could not be saved; the next attempt is due in a moment", len(rows))
        for answer in due:
            answer.is_unsaved = True
    else:
        for answer, (_, _, fields) in zip(due, rows, strict=True):
            answer.is_request_saved |= "request" in fields


def _so_far(answer: RunningAnswer) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    facts = _facts(answer) if answer.is_request_saved else _facts(answer) | _sent(answer)
    return answer.id, _said(answer, is_whole=False), {"state": answer.phase, **facts}


def _said(answer: RunningAnswer, *, is_whole: bool) -> dict[str, Any]:
    """Of the message. Should nothing follow, its calls of functions were broken off."""
    calls = answer.assembly.calls(answer.id, is_cut=not is_whole)
    return {"text": answer.buffer.text, "tool_calls": [call.as_json() for call in calls]}


def _facts(answer: RunningAnswer) -> dict[str, Any]:
    """Of the completion, as far as it has come."""
    facts: dict[str, Any] = {
        "reasoning": answer.buffer.reasoning,
        "thinking_ms": answer.thinking_ms,
        "timeline": answer.timeline.as_json(),
    }
    return facts | {"completion_id": answer.completion.id} if answer.completion is not None else facts


def _sent(answer: RunningAnswer) -> dict[str, Any]:
    """The same from the moment somebody began to answer; nothing before."""
    completion = answer.completion
    if completion is None or completion.sent is None:
        return {}
    connection = completion.connection
    request = put_away(completion.sent, answer.prompt.images)
    return {"request": request, "provider": connection.provider_name, "is_simulated": connection.is_simulated}


@transaction.atomic
def _save(rows: list[tuple[Any, dict[str, Any], dict[str, Any]]]) -> None:
    for answer_id, said, fields in rows:
        if Answer.objects.running().filter(pk=answer_id).update(**fields):
            Message.objects.filter(pk=answer_id).update(**said)


class Saved(NamedTuple):
    """The end of an answer, in the books of its comparison."""

    lane: Lane
    state: Any
    #: Of the lane when it had ended; it may have gone on since.
    revision: int
    #: What its lane goes on with by itself.
    prompts: list[Prompt]
    #: Whether more of the lane is another than the answer alone.
    is_anew: bool


async def save_end(
    answer: RunningAnswer, receipt: Receipt | None, tell: Callable[[protocol.Frame], None]
) -> list[Prompt]:
    """The last word on an answer, unless there is no such answer any more; tabs hear of it by `tell`.

    Returns what its lane goes on with by itself.
    """
    answer.structure = await structure.judged(answer.prompt.body, answer.buffer.text)
    for attempt in range(ATTEMPTS):
        try:
            async with database.in_order(answer.prompt.comparison_id):
                saved = await database.run(_save_end, answer, receipt)
                for frame in await database.run(_told, answer, saved) if saved else []:
                    tell(frame)
        except Error:
            log.exception("the end of answer %s could not be saved (attempt %d)", answer.id, attempt + 1)
            await asyncio.sleep(min(PAUSE * 2**attempt, LONGEST_PAUSE))
        else:
            return saved.prompts if saved else []
    return []


def _save_end(answer: RunningAnswer, receipt: Receipt | None) -> Saved | None:
    """None where there is no such answer any more. What tabs are told is no part of it: it may be tried again."""
    fields = (
        _facts(answer)
        | _sent(answer)
        | _ending(answer, receipt)
        | _figures(receipt)
        | {"trace_id": _trace_id(answer), "structure": answer.structure}
    )
    is_whole = fields["state"] == Answer.State.DONE and fields.get("finish_reason") != CUT_OFF
    with transaction.atomic():
        # The lane before its answer, as everybody who changes it: it may go on at once.
        lanes = Lane.objects.select_for_update(of=("self",)).select_related("comparison", "model")
        lane = lanes.filter(pk=answer.prompt.lane_id).first()
        if lane is None or not Answer.objects.running().filter(pk=answer.id).update(**fields):
            return None
        Message.objects.filter(pk=answer.id).update(**_said(answer, is_whole=is_whole))
        changed(lane)
        revision = lane.revision
        is_passed_over = trials.pass_over_failed(lane)
        # A stop that came with the last word ends the lane's going on all the same.
        prompts = [] if answer.is_stopped else go_on_with_mocks(lane, answer.prompt.caller)
    return Saved(lane, fields["state"], revision, prompts, is_anew=bool(prompts or is_passed_over))


def _told(answer: RunningAnswer, saved: Saved) -> list[protocol.Frame]:
    def frames() -> list[protocol.Frame]:
        ended = _ended(answer, saved.lane, saved.state, saved.revision)
        return [ended, transcript_frame(saved.lane)] if saved.is_anew else [ended]

    return made(answer.prompt.comparison_id, frames)


def _ended(answer: RunningAnswer, lane: Lane, state: Any, revision: int) -> protocol.Ended:
    saved = Answer.objects.select_related("message").get(pk=answer.id)
    saved.message.lane, saved.message.is_last = lane, True
    ended: dict[str, Any] = {
        "lane": answer.prompt.letter,
        "revision": revision,
        "answer": answer.id,
        "seq": answer.buffer.seq,
        "state": state,
        "thinking": answer.thinking_ms,
        "html": foot_html(saved),
        "calls": calls_html(saved.message),
    }
    if answer.prompt.trials is None:
        return protocol.Ended(**ended)
    return protocol.TrialEnded(**ended, spread=spread_html(answer.prompt.trials))


def _ending(answer: RunningAnswer, receipt: Receipt | None) -> dict[str, Any]:
    state = STATES[receipt.outcome] if receipt else Answer.State.STOPPED
    error = None
    if answer.error is not None:
        state, error = Answer.State.FAILED, errors.explain(answer.error)
    elif state == Answer.State.FAILED:
        error = {"code": "broken_off", "who": errors.Cause.PROVIDER, "message": errors.BROKEN_OFF}
    return {"state": state, "error": error, "ended_at": timezone.now()}


def _trace_id(answer: RunningAnswer) -> uuid.UUID | None:
    """Its call is written when it is over; that of an answer whose process died never is."""
    completion = answer.completion
    return completion.id if completion is not None and completion.trace is not None else None


def _figures(receipt: Receipt | None) -> dict[str, Any]:
    if receipt is None:
        return {}
    return {
        "provider": receipt.provider,
        "is_simulated": receipt.is_simulated,
        "finish_reason": receipt.finish_reason or "",
        "prompt_tokens": receipt.prompt_tokens,
        "completion_tokens": receipt.completion_tokens,
        "reasoning_tokens": receipt.reasoning_tokens,
        "certainty": receipt.certainty,
        "cost": receipt.cost,
        "ttft_ms": receipt.ttft_ms,
        "duration_ms": receipt.duration_ms,
    }
