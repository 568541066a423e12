"""One lane's answer being written, by a task of the server's own: no tab holds it, and none can lose it.

`write` is never cancelled. Stopping cancels the work inside it, which closes the upstream connection; what was
generated until then is kept.
"""

from __future__ import annotations

import asyncio
import logging
import time

from common.chat import ChatRequest
from completions.engine import Completion, open_completion
from completions.receipt import Receipt
from playground import protocol, running, saving
from playground.chunks import ChunkReader
from playground.coalescing import coalescer_of
from playground.deltas import DeltaBuffer
from playground.prompt import Prompt

log = logging.getLogger(__name__)

#: Seconds; the books settle without us too, so the lane need not wait for them for ever.
BOOKS_PATIENCE = 30
#: Tasks that nobody awaits are kept here: the event loop itself holds them only weakly.
_WRITING: set[asyncio.Task[None]] = set()


class Generation:
    def __init__(self, prompt: Prompt) -> None:
        self.prompt = prompt
        self.answer_id = prompt.answer_id
        self.buffer = DeltaBuffer(prompt.letter)
        self.phase: protocol.PhaseName = "queued"
        self.completion: Completion | None = None
        #: Set when nothing more comes from upstream and its connection is closed.
        self.closed = asyncio.Event()
        #: Set when its end is saved and told.
        self.over = asyncio.Event()
        #: What changed since it was last saved.
        self.is_unsaved = False
        self.is_stopped = False
        self.error: BaseException | None = None
        self._tabs = coalescer_of(prompt.comparison_id)
        self._work: asyncio.Task[None] | None = None
        self._thinking_since: float | None = None
        self.thinking_ms: int | None = None

    async def write(self) -> None:
        self._tabs.enter(self)
        try:
            await self._until_closed()
            await self._end()
        finally:
            running.leave(self)
            self._tabs.leave(self)
            self.over.set()

    def stop(self) -> None:
        """Stopping twice is stopping once; a stop that comes after the last word changes nothing."""
        self.is_stopped = True
        if self._work is not None and not self.closed.is_set():
            self._work.cancel()

    def snapshot(self) -> protocol.Snapshot:
        seq, text, reasoning = self.buffer.snapshot()
        return protocol.Snapshot(
            lane=self.prompt.letter, answer=self.answer_id, seq=seq, phase=self.phase, text=text, reasoning=reasoning
        )

    async def _until_closed(self) -> None:
        self._work = asyncio.create_task(self._ask())
        if self.is_stopped:
            self._work.cancel()
        await asyncio.wait([self._work])
        self.closed.set()
        if not self._work.cancelled():
            self.error = self._work.exception()

    async def _ask(self) -> None:
        request = ChatRequest.parse(self.prompt.body)
        completion = open_completion(self.prompt.caller, request)
        async with completion:
            self.completion = completion
            self._enter("connecting")
            await completion.connect()
            self._enter("thinking")
            await self._listen(completion)

    async def _listen(self, completion: Completion) -> None:
        reader = ChunkReader()
        try:
            async for event in completion:
                if event.data is not None:
                    self._add(*reader.read(event.data))
        finally:
            self._add(*reader.rest())

    def _add(self, text: str, reasoning: str) -> None:
        if not text and not reasoning:
            return
        if reasoning and self._thinking_since is None:
            self._thinking_since = time.monotonic()
        if text and self.phase != "streaming":
            self._first_word()
        self.buffer.add(text, reasoning)
        self.is_unsaved = True
        self._tabs.grew(at_once=self.buffer.seq == 0)

    def _first_word(self) -> None:
        if self._thinking_since is not None:
            self.thinking_ms = round((time.monotonic() - self._thinking_since) * 1000)
        self._enter("streaming")

    def _enter(self, phase: protocol.PhaseName) -> None:
        self.phase = phase
        self.is_unsaved = True
        frame = protocol.Phase(lane=self.prompt.letter, answer=self.answer_id, phase=phase)
        if self.completion is not None and self.completion.sent is not None:
            connection = self.completion.connection
            frame.provider, frame.is_simulated = connection.provider_name, connection.is_simulated
        self._tabs.tell(frame)

    async def _end(self) -> None:
        self._tabs.cut()
        ended = await saving.save_end(self, await self._receipt())
        if ended is not None:
            self._tabs.tell(ended)

    async def _receipt(self) -> Receipt | None:
        """None where nothing was admitted, so nothing is owed."""
        if self.completion is None:
            return None
        try:
            return await asyncio.wait_for(self.completion.receipt(), BOOKS_PATIENCE)
        except Exception:
            log.exception("the books have not confirmed answer %s", self.answer_id)
            return None


def begin(prompt: Prompt) -> Generation:
    generation = Generation(prompt)
    running.enter(generation)
    saving.wake()
    task = asyncio.create_task(generation.write())
    _WRITING.add(task)
    task.add_done_callback(_WRITING.discard)
    return generation
