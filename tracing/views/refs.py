"""What references lead to."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from tracing.resolving import resolve
from tracing.visits import Visit, taking


class Batch(BaseModel):
    refs: Annotated[list[str], Field(max_length=1000)]


@taking(Batch)
def read_batch(visit: Visit, body: Batch) -> Any:
    return {"vals": resolve(visit, body.refs)}
