"""One lane's answer being written, by a task of the server's own: no tab holds it, and none can lose it.

`write` is never cancelled. Stopping cancels the work inside it, which closes the upstream connection; what was
generated until then is kept.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence

from django.conf import settings

from common.chat import ChatRequest
from common.errors import LineupError
from completions.engine import Completion, open_completion
from completions.receipt import Receipt
from playground import protocol, running, saving
from playground.assembly import Piece
from playground.chunks import ChunkReader
from playground.coalescing import coalescer_of
from playground.prompt import Prompt
from playground.running import RunningAnswer

log = logging.getLogger(__name__)

#: Seconds; the books settle without us too, so the lane need not wait for them for ever.
BOOKS_PATIENCE = 30 * settings.DATABASE_PATIENCE
#: Tasks that nobody awaits are kept here: the event loop itself holds them only weakly.
_WRITING: set[asyncio.Task[None]] = set()


class Generation:
    def __init__(self, answer: RunningAnswer) -> None:
        self.answer = answer
        self._tabs = coalescer_of(answer.prompt.comparison_id)
        # Now: before `write` begins, the last answer before it may close the door.
        self._tabs.enter(answer.buffer)
        self._thinking_since: float | None = None

    async def write(self) -> None:
        try:
            await self._until_closed()
            await self._end()
        finally:
            running.leave(self.answer)
            self._tabs.leave(self.answer.buffer)
            self.answer.over.set()

    async def _until_closed(self) -> None:
        work = self.answer.work = asyncio.create_task(self._ask())
        if self.answer.is_stopped:
            work.cancel()
        await asyncio.wait([work])
        self.answer.timeline.end(time.monotonic())
        self.answer.closed.set()
        if not work.cancelled():
            self.answer.error = error = work.exception()
            if error is not None and not isinstance(error, LineupError):
                log.error("answer %s failed", self.answer.id, exc_info=error)

    async def _ask(self) -> None:
        prompt = self.answer.prompt
        completion = open_completion(prompt.caller, ChatRequest.parse(prompt.body), prompt.trace)
        timeline = self.answer.timeline
        timeline.begin(completion.started)
        async with completion:
            self.answer.completion = completion
            timeline.reached("admitted", time.monotonic())
            self._enter("connecting")
            await completion.connect()
            timeline.reached("connected", completion.meter.answered_at or time.monotonic())
            self._enter("thinking")
            await self._listen(completion)

    async def _listen(self, completion: Completion) -> None:
        reader = ChunkReader()
        try:
            async for event in completion:
                if event.data is not None:
                    self._add(*reader.read(event.data), self.answer.assembly.read(event.data))
        finally:
            self._add(*reader.rest())

    def _add(self, text: str, reasoning: str, calls: Sequence[Piece] = ()) -> None:
        if not text and not reasoning and not calls:
            return
        self.answer.timeline.heard(time.monotonic())
        if reasoning and self._thinking_since is None:
            self._thinking_since = time.monotonic()
        if (text or calls) and self.answer.phase != "streaming":
            self._first_word()
        self.answer.buffer.add(text, reasoning, calls)
        self.answer.is_unsaved = True
        self._tabs.grew(at_once=self.answer.buffer.seq == 0)

    def _first_word(self) -> None:
        self.answer.timeline.reached("first_word", time.monotonic())
        if self._thinking_since is not None:
            self.answer.thinking_ms = round((time.monotonic() - self._thinking_since) * 1000)
        self._enter("streaming")

    def _enter(self, phase: protocol.PhaseName) -> None:
        answer = self.answer
        answer.phase = phase
        answer.is_unsaved = True
        frame = protocol.Phase(lane=answer.prompt.letter, answer=answer.id, phase=phase)
        if answer.completion is not None and answer.completion.sent is not None:
            connection = answer.completion.connection
            frame.provider, frame.is_simulated = connection.provider_name, connection.is_simulated
        self._tabs.tell(frame)

    async def _end(self) -> None:
        self._tabs.cut()
        for prompt in await saving.save_end(self.answer, await self._receipt(), self._tabs.tell):
            begin(prompt)

    async def _receipt(self) -> Receipt | None:
        """None where nothing was admitted, so nothing is owed."""
        if self.answer.completion is None:
            return None
        try:
            return await asyncio.wait_for(self.answer.completion.receipt(), BOOKS_PATIENCE)
        except Exception:
            log.exception("the books have not confirmed answer %s", self.answer.id)
            return None


def begin(prompt: Prompt) -> None:
    answer = RunningAnswer(prompt)
    running.enter(answer)
    saving.wake()
    task = asyncio.create_task(Generation(answer).write())
    _WRITING.add(task)
    task.add_done_callback(_WRITING.discard)
