"""Our own completions, as calls that the client itself would have written: one tree can hold both.

    recorder.submit(Traced(project_id=…, project_path="team/project", id=completion_id, request=body, …))

It returns at once. A thread of its own writes what has come, together, and tries again while the database is away: no
completion waits for its trace, and none fails for it.
"""

from __future__ import annotations

import atexit
import json
import logging
import queue
import threading
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection
from pydantic import ValidationError

from tracing import recording
from tracing.call_shapes import Complete
from tracing.visits import Space

log = logging.getLogger(__name__)

#: The op by which the client traces a program's own calls of the API.
OP = "openai.chat.completions.create"
#: Traces that wait to be written; more than these are given up, which the log says.
WAITING = 10_000
BATCH = 200
#: Seconds that a trace waits for others to share its transaction, and that a failed attempt is rested from.
COMPANY, REST = 0.1, 1.0
#: A trace is tried to be written this often.
ATTEMPTS = 120


@dataclass(frozen=True, slots=True)
class Traced:
    """A completion that is over."""

    project_id: uuid.UUID
    project_path: str
    user_id: int
    #: The completion's; its call has the same.
    id: uuid.UUID
    #: What was asked: the body of the request.
    request: Mapping[str, Any]
    #: What came, in the API's form; None if nothing did. `chat_completion` makes it of streamed text.
    response: Mapping[str, Any] | None
    started_at: datetime
    ended_at: datetime
    prompt_tokens: int = 0
    completion_tokens: int = 0
    #: {"code", "message"} if it failed.
    error: Mapping[str, str] | None = None
    #: A call that it belongs under, and that one's trace.
    parent_id: str | None = None
    trace_id: str | None = None
    #: A conversation, whose turns are calls.
    thread_id: str | None = None
    display_name: str | None = None
    #: What else is known, such as door, provider and time to the first token.
    facts: Mapping[str, Any] = field(default_factory=dict)

    def call(self) -> Complete:
        call_id, model = str(self.id), str(self.request.get("model", ""))
        tokens = {"prompt_tokens": self.prompt_tokens, "completion_tokens": self.completion_tokens}
        usage = {model: {"requests": 1, **tokens, "total_tokens": sum(tokens.values())}}
        return Complete(
            project_id=self.project_path,
            id=call_id,
            trace_id=self.trace_id or call_id,
            parent_id=self.parent_id,
            thread_id=self.thread_id,
            turn_id=call_id if self.thread_id else None,
            op_name=OP,
            display_name=self.display_name,
            started_at=self.started_at,
            ended_at=self.ended_at,
            attributes={"weave": {"source": "lineup", "kind": "llm"}, "lineup": dict(self.facts)},
            inputs=dict(self.request),
            output=self.response,
            exception=_exception(self.error),
            summary={"usage": usage, "status_counts": {"success": int(not self.error), "error": int(bool(self.error))}},
        )


def chat_completion(
    *, completion_id: uuid.UUID, model: str, text: str, reasoning: str = "", finish_reason: str | None = "stop"
) -> dict[str, Any]:
    """The API's own object for an answer that was streamed, as the client puts it together."""
    message = {"role": "assistant", "content": text, **({"reasoning_content": reasoning} if reasoning else {})}
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    return {"id": f"chatcmpl-{completion_id}", "object": "chat.completion", "model": model, "choices": [choice]}


def _exception(error: Mapping[str, str] | None) -> str | None:
    if error is None:
        return None
    return json.dumps({"type": error.get("code", "error"), "message": error.get("message", ""), "traceback": None})


class Recorder:
    def __init__(self) -> None:
        self._queue: queue.Queue[Traced | None] = queue.Queue(WAITING)
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="recorder", daemon=True)
        self._thread.start()

    def submit(self, traced: Traced) -> None:
        try:
            self._queue.put_nowait(traced)
        except queue.Full:
            log.error("the trace of completion %s is given up: %d others wait to be written", traced.id, WAITING)

    def stop(self) -> None:
        """Writes what is waiting and ends the thread."""
        self._leaving.set()
        self._queue.put(None)
        self._thread.join()

    # In the thread ---------------------------------------------------------------------------

    def _serve(self) -> None:
        try:
            while not (self._leaving.is_set() and self._queue.empty()):
                if batch := self._taken():
                    self._write(batch)
        finally:
            connection.close()

    def _taken(self) -> list[Traced]:
        found = [self._queue.get()]
        self._leaving.wait(COMPANY)
        while not self._queue.empty() and len(found) < BATCH:
            found.append(self._queue.get())
        return [traced for traced in found if traced is not None]

    def _write(self, batch: Sequence[Traced]) -> None:
        by_space: dict[Space, list[Traced]] = defaultdict(list)
        for traced in batch:
            by_space[Space(traced.project_id, traced.project_path, traced.user_id)].append(traced)
        for space, those in by_space.items():
            self._record(space, those)

    def _record(self, space: Space, those: Sequence[Traced]) -> None:
        calls = [call for traced in those if (call := _call(traced))]
        for attempt in range(ATTEMPTS):
            try:
                recording.record(space, completes=calls)
            except DatabaseError:
                connection.close()
                if self._leaving.is_set():
                    break
                log.warning("%d traces could not be written (attempt %d)", len(those), attempt + 1)
                self._leaving.wait(REST)
            else:
                return
        log.error("%d traces are given up: the database is away", len(those))


def _call(traced: Traced) -> Complete | None:
    """One that is no call spoils no other."""
    try:
        return traced.call()
    except ValidationError:
        log.exception("the trace of completion %s cannot be written", traced.id)
        return None


_guard = threading.Lock()
_recorder: Recorder | None = None


def submit(traced: Traced) -> None:
    global _recorder
    with _guard:
        if _recorder is None:
            _recorder = Recorder()
        recorder = _recorder
    recorder.submit(traced)


def stop() -> None:
    """Writes what is waiting; the next use starts a new recorder."""
    global _recorder
    with _guard:
        recorder, _recorder = _recorder, None
    if recorder is not None:
        recorder.stop()


atexit.register(stop)
