"""Figures of feedback, for charts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from tracing import feedback_stats
from tracing.shapes import InProject, Moment
from tracing.visits import Visit, taking


class Metric(BaseModel):
    json_path: str
    value_type: Literal["numeric", "boolean", "categorical"] = "numeric"
    aggregations: list[Literal["sum", "avg", "min", "max", "count", "count_true", "count_false"]] = []
    percentiles: list[Annotated[float, Field(ge=0, le=100)]] = []


class Window(InProject):
    start: Moment
    end: Moment | None = None
    feedback_type: str | None = None
    trigger_ref: str | None = None


class Stats(Window):
    granularity: Annotated[int, Field(ge=1)] | None = None
    timezone: str = "UTC"
    metrics: list[Metric] = []


class Places(Window):
    sample_limit: Annotated[int, Field(ge=1, le=5_000)] = 2_000


@taking(Stats, may_take_long=True)
def stats(visit: Visit, body: Stats) -> Any:
    return feedback_stats.over_time(visit.space(body.project_id), body)


@taking(Places, may_take_long=True)
def payload_schema(visit: Visit, body: Places) -> Any:
    return {"paths": feedback_stats.places(visit.space(body.project_id), body)}
