"""A drill: what shall go wrong, or be otherwise than usual, in one answer; docs/simulator.md explains each."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from simulator.errors import BadRequest

Seconds = Annotated[float, Field(ge=0, le=86_400)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
#: A stall without a length lasts until the caller leaves.
FOREVER = 86_400.0


class ExactCall(BaseModel):
    """A call of a function, whether there is one of that name or not; without `id`, none is given."""

    model_config = ConfigDict(extra="forbid")
    name: str
    arguments: str = "{}"
    id: str = ""


class Drill(BaseModel):
    model_config = ConfigDict(extra="forbid")

    # Refused before the first byte
    status: Annotated[int, Field(ge=400, le=599)] | None = None
    message: str = ""
    code: str | None = None
    retry_after: Seconds | None = None
    times: Annotated[int, Field(ge=1)] | None = None
    key: str = ""

    # Pace
    ttft: Seconds | None = None
    tokens_per_second: Annotated[float, Field(ge=0, le=1_000_000)] | None = None
    jitter: Annotated[float, Field(ge=0, le=1)] | None = None
    stall_before_headers: Seconds | None = None
    stall_after: Count | None = None
    stall_for: Seconds = FOREVER

    # What is said
    echo: str | None = None
    think: str | None = None
    text_seed: int | str | None = None
    length: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    calls: Annotated[int, Field(ge=1, le=64)] | None = None
    call_with: list[ExactCall] | None = None
    huge_line: Count | None = None
    chunk_tokens: Annotated[int, Field(ge=1)] = 1

    # How it ends
    cut_after: Count | None = None
    reset: bool = False
    malformed_after: Count | None = None
    error_after: Count | None = None
    no_usage: bool = False
    null_usage: bool = False
    no_done: bool = False
    finish_reason: str | None = None

    # How it travels
    trickle: Seconds | None = None
    comments: bool = False
    crlf: bool = False

    def under(self, other: Drill) -> Drill:
        """This drill with everything that `other` sets put over it."""
        return self.model_copy(update={name: getattr(other, name) for name in other.model_fields_set})

    def sets(self, name: str) -> bool:
        return name in self.model_fields_set


def read_drill(value: Any) -> Drill:
    """Raises BadRequest that names the member at fault."""
    if value is None:
        return Drill()
    try:
        return Drill.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        param = ".".join(["simulate", *(str(part) for part in first["loc"][:1])])
        raise BadRequest(f"'{param}': {first['msg']}.", param=param) from error
