"""Calls as they are sent: starts, ends, and both at once."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, Tag

from common.ids import uuid7
from tracing.shapes import Id, Members, Moment, Name, Ref, Text


def _new_id() -> str:
    return str(uuid7())


class Start(BaseModel):
    project_id: str
    id: Id | None = None
    trace_id: Id | None = None
    op_name: Ref
    display_name: Ref | None = None
    parent_id: Id | None = None
    thread_id: Name | None = None
    turn_id: Id | None = None
    started_at: Moment
    attributes: Members
    inputs: Members
    otel_dump: Members | None = None
    wb_run_id: Annotated[str, Field(max_length=512)] | None = None
    wb_run_step: int | None = None


class End(BaseModel):
    project_id: str
    id: Id
    trace_id: Id | None = None
    started_at: Moment | None = None
    ended_at: Moment
    exception: Text | None = None
    output: Any = None
    summary: Members
    wb_run_step_end: int | None = None


class Complete(Start):
    id: Id = Field(default_factory=_new_id)
    ended_at: Moment
    exception: Text | None = None
    output: Any = None
    summary: Members
    wb_run_step_end: int | None = None


class StartBody(BaseModel):
    start: Start


class EndBody(BaseModel):
    end: End


class StartItem(BaseModel):
    mode: Literal["start"] = "start"
    req: StartBody


class EndItem(BaseModel):
    mode: Literal["end"] = "end"
    req: EndBody


class Batch(BaseModel):
    batch: list[Annotated[StartItem, Tag("start")] | Annotated[EndItem, Tag("end")]]


class CompleteBatch(BaseModel):
    batch: list[Complete]
