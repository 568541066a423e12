"""Our own completions, as calls that the client itself would have written: one tree can hold both.

    recorder.submit(Traced(project_id=…, project_path="team/project", id=completion_id, request=body, …))

It returns at once. A thread of its own writes what has come, together, and tries again while the database is away: no
completion waits for its trace, and none fails for it. What waits is bounded; what has not been written when its process
is killed is lost.
"""

from __future__ import annotations

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

from django.db import InterfaceError, OperationalError, connection

from common.one import One
from tracing import forwarding, recording
from tracing.call_shapes import Complete
from tracing.visits import Space

log = logging.getLogger(__name__)

#: The op by which the client traces a program's own calls of the API.
OP = "openai.chat.completions.create"
#: The client's own name for a call of Serverless Inference.
LABEL = "Serverless Inference"
#: Traces that wait to be written, and their bytes; more than these are given up, which the log says.
WAITING, WAITING_BYTES = 10_000, 64_000_000
#: Of one transaction: while SQLite writes these, nobody's money is booked.
BATCH, BATCH_BYTES = 200, 4_000_000
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
    #: What came, in the API's form; None if nothing did.
    response: Mapping[str, Any] | None
    #: Bytes, or nearly, of both.
    size: int
    started_at: datetime
    ended_at: datetime
    #: What is charged; `cached_tokens` are part of the prompt, `reasoning_tokens` of the completion.
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    #: {"code", "message"} if it failed.
    error: Mapping[str, str] | None = None
    #: A call that it belongs under, and that one's trace.
    parent_id: str | None = None
    trace_id: str | None = None
    #: A conversation, whose turns are calls.
    thread_id: str | None = None
    #: What else is known, such as door, provider and time to the first token.
    facts: Mapping[str, Any] = field(default_factory=dict)

    def call(self) -> Complete:
        call_id, model = str(self.id), str(self.request.get("model", ""))
        return Complete(
            project_id=self.project_path,
            id=call_id,
            trace_id=self.trace_id or call_id,
            parent_id=self.parent_id,
            thread_id=self.thread_id,
            turn_id=call_id if self.thread_id else None,
            op_name=OP,
            display_name=f"{LABEL}: {model}",
            started_at=self.started_at,
            ended_at=self.ended_at,
            attributes={"weave": {"source": "lineup", "kind": "llm"}, "lineup": dict(self.facts)},
            inputs=dict(self.request),
            output=self.response,
            exception=_exception(self.error),
            summary={
                "usage": {model: self._usage()},
                "status_counts": {"success": int(not self.error), "error": int(bool(self.error))},
            },
        )

    def _usage(self) -> dict[str, Any]:
        tokens = {"prompt_tokens": self.prompt_tokens, "completion_tokens": self.completion_tokens}
        usage: dict[str, Any] = {"requests": 1, **tokens, "total_tokens": sum(tokens.values())}
        if self.cached_tokens:
            usage["prompt_tokens_details"] = {"cached_tokens": self.cached_tokens}
            usage["cache_read_input_tokens"] = self.cached_tokens
        if self.reasoning_tokens:
            usage["completion_tokens_details"] = {"reasoning_tokens": self.reasoning_tokens}
        return usage


def _exception(error: Mapping[str, str] | None) -> str | None:
    if error is None:
        return None
    return json.dumps({"type": error.get("code", "error"), "message": error.get("message", ""), "traceback": None})


class Recorder:
    def __init__(self) -> None:
        self._queue: queue.Queue[Traced | None] = queue.Queue(WAITING)
        self._leaving = threading.Event()
        self._bytes, self._guard = 0, threading.Lock()
        self._thread = threading.Thread(target=self._serve, name="recorder", daemon=True)
        self._thread.start()

    def submit(self, traced: Traced) -> None:
        with self._guard:
            is_room = self._bytes + traced.size <= WAITING_BYTES
            self._bytes += traced.size if is_room else 0
        try:
            if not is_room:
                raise queue.Full
            self._queue.put_nowait(traced)
        except queue.Full:
            self._forget(traced if is_room else None)
            log.error("the trace of completion %s is given up: too many others wait to be written", traced.id)

    def stop(self) -> None:
        """Writes what is waiting and ends the thread."""
        self._leaving.set()
        self._queue.put(None)
        self._thread.join()

    def _forget(self, *those: Traced | None) -> None:
        with self._guard:
            self._bytes -= sum(traced.size for traced in those if traced)

    # In the thread ---------------------------------------------------------------------------

    def _serve(self) -> None:
        try:
            while not (self._leaving.is_set() and self._queue.empty()):
                if batch := self._taken():
                    self._write(batch)
                    self._forget(*batch)
        finally:
            connection.close()

    def _taken(self) -> list[Traced]:
        found = [self._queue.get()]
        self._leaving.wait(COMPANY)
        size = found[0].size if found[0] else 0
        while not self._queue.empty() and len(found) < BATCH and size < BATCH_BYTES:
            found.append(traced := self._queue.get())
            size += traced.size if traced else 0
        return [traced for traced in found if traced is not None]

    def _write(self, batch: Sequence[Traced]) -> None:
        by_space: dict[Space, list[Complete]] = defaultdict(list)
        for traced in batch:
            if call := _call(traced):
                by_space[Space(traced.project_id, traced.project_path, traced.user_id)].append(call)
        for space, calls in by_space.items():
            forwarding.submit(calls)
            self._record(space, calls)

    def _record(self, space: Space, calls: Sequence[Complete]) -> None:
        """Tried again only while the database is away: what it refuses, it would refuse again."""
        for attempt in range(ATTEMPTS):
            try:
                recording.record(space, completes=calls)
            except (OperationalError, InterfaceError):
                connection.close()
                if self._leaving.is_set():
                    break
                log.warning("%d traces could not be written (attempt %d)", len(calls), attempt + 1)
                self._leaving.wait(REST)
            except Exception:
                connection.close()
                self._record_apart(space, calls)
                return
            else:
                return
        log.error("%d traces are given up: the database is away", len(calls))

    def _record_apart(self, space: Space, calls: Sequence[Complete]) -> None:
        """One that cannot be kept spoils no other; of a project that is gone, none is."""
        if len(calls) == 1:
            log.exception("the trace of completion %s cannot be kept", calls[0].id)
            return
        half = len(calls) // 2
        self._record(space, calls[:half])
        self._record(space, calls[half:])


def _call(traced: Traced) -> Complete | None:
    """One that is no call spoils no other."""
    try:
        return traced.call()
    except Exception:
        log.exception("the trace of completion %s cannot be written", traced.id)
        return None


_recorder = One(Recorder)


def submit(traced: Traced) -> None:
    _recorder.get().submit(traced)


def stop() -> None:
    """Writes what is waiting; the next use starts a new recorder."""
    _recorder.stop()
