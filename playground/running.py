"""The answers that this process is writing: what is known of each so far, and how to stop it."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

from completions.engine import Completion
from playground import protocol
from playground.assembly import Assembly
from playground.deltas import DeltaBuffer
from playground.prompt import Prompt
from playground.timeline import Timeline


class RunningAnswer:
    def __init__(self, prompt: Prompt) -> None:
        self.prompt = prompt
        self.id = prompt.answer_id
        self.buffer = DeltaBuffer(prompt.address)
        self.assembly = Assembly()
        self.phase: protocol.PhaseName = "queued"
        self.thinking_ms: int | None = None
        self.timeline = Timeline()
        self.completion: Completion | None = None
        #: What talks to the upstream; cancelling it closes the connection.
        self.work: asyncio.Task[None] | None = None
        self.is_stopped = False
        self.error: BaseException | None = None
        #: What its text is found to be when it has ended, where JSON was asked for.
        self.structure: dict[str, Any] | None = None
        #: Set when nothing more comes from upstream and its connection is closed.
        self.closed = asyncio.Event()
        #: Set when its end is saved and told.
        self.over = asyncio.Event()
        #: What changed since it was last saved.
        self.is_unsaved = False
        #: Whether the request was saved: a whole conversation is not written anew with each word of its answer.
        self.is_request_saved = False

    def stop(self) -> None:
        """Stopping twice is stopping once; a stop that comes after the last word changes nothing."""
        self.is_stopped = True
        if self.work is not None and not self.closed.is_set():
            self.work.cancel()

    def snapshot(self) -> protocol.Snapshot:
        seq, text, reasoning = self.buffer.snapshot()
        return protocol.Snapshot(
            lane=self.prompt.letter,
            answer=self.id,
            seq=seq,
            phase=self.phase,
            text=text,
            reasoning=reasoning,
            calls=self.buffer.snapshot_of_calls(),
        )


_RUNNING: dict[uuid.UUID, RunningAnswer] = {}


def find(answer_id: uuid.UUID) -> RunningAnswer | None:
    return _RUNNING.get(answer_id)


def enter(answer: RunningAnswer) -> None:
    _RUNNING[answer.id] = answer


def leave(answer: RunningAnswer) -> None:
    _RUNNING.pop(answer.id, None)


def everything() -> list[RunningAnswer]:
    return list(_RUNNING.values())
