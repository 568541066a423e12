"""Calls arrive: whole, or as starts and ends."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from pydantic import BaseModel

from common.ids import uuid7
from tracing import recording
from tracing.call_shapes import Batch, CompleteBatch, EndBody, StartBody, StartItem
from tracing.shapes import Id, InProject, Ref
from tracing.visits import Visit, taking


class Update(InProject):
    call_id: Id
    display_name: Ref | None = None


class Deletion(InProject):
    call_ids: list[Id]


@taking(CompleteBatch)
def complete(visit: Visit, body: CompleteBatch) -> Any:
    by_project = defaultdict(list)
    for call in body.batch:
        by_project[call.project_id].append(call)
    for path, calls in by_project.items():
        recording.record(visit.write(path), completes=calls)
    return {}


@taking(StartBody)
def start(visit: Visit, body: StartBody) -> Any:
    return _started(visit, body)


@taking(EndBody)
def end(visit: Visit, body: EndBody) -> Any:
    recording.record(visit.write(body.end.project_id), ends=[body.end])
    return {}


@taking(Batch)
def upsert_batch(visit: Visit, body: Batch) -> Any:
    """Starts and ends of any projects, each answered in its place."""
    spaces = {path: visit.write(path) for path in {_project_of(item) for item in body.batch}}
    answers: list[dict[str, str]] = []
    for item in body.batch:
        if isinstance(item, StartItem):
            _identify(item.req)
            answers.append({"id": item.req.start.id or "", "trace_id": item.req.start.trace_id or ""})
        else:
            answers.append({})
    for path, space in spaces.items():
        own = [item for item in body.batch if _project_of(item) == path]
        starts = [item.req.start for item in own if isinstance(item, StartItem)]
        ends = [item.req.end for item in own if not isinstance(item, StartItem)]
        recording.record(space, starts=starts, ends=ends)
    return {"res": answers}


@taking(Update)
def update(visit: Visit, body: Update) -> Any:
    if body.display_name is not None:
        recording.rename(visit.write(body.project_id), body.call_id, body.display_name)
    return {}


@taking(Deletion)
def delete(visit: Visit, body: Deletion) -> Any:
    return {"num_deleted": recording.delete(visit.space(body.project_id), body.call_ids)}


def _started(visit: Visit, body: StartBody) -> dict[str, str]:
    _identify(body)
    recording.record(visit.write(body.start.project_id), starts=[body.start])
    return {"id": body.start.id or "", "trace_id": body.start.trace_id or ""}


def _identify(body: StartBody) -> None:
    body.start.id = body.start.id or str(uuid7())
    body.start.trace_id = body.start.trace_id or body.start.id


def _project_of(item: BaseModel) -> str:
    return str(item.req.start.project_id if isinstance(item, StartItem) else item.req.end.project_id)  # type: ignore[attr-defined]
