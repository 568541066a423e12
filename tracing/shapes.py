"""Types of members that many bodies have."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field

from common.texts import storable


def _utc(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_utc)]
Text = Annotated[str, AfterValidator(storable)]
#: As long as their columns.
Id = Annotated[str, Field(max_length=128), AfterValidator(storable)]
Name = Annotated[str, Field(max_length=256), AfterValidator(storable)]
Ref = Annotated[str, Field(max_length=1024), AfterValidator(storable)]
Members = dict[str, Any]
#: Of rows; the databases count to twice as many.
Count = Annotated[int, Field(ge=0, le=2**62)]


class Sort(BaseModel):
    field: str
    direction: Literal["asc", "desc"] = "asc"


class InProject(BaseModel):
    project_id: str


class Page(BaseModel):
    """Which of what is found; all of it, if nobody says how many."""

    limit: Count | None = None
    offset: Count | None = None

    @property
    def part(self) -> slice:
        first = self.offset or 0
        return slice(first, None if self.limit is None else first + self.limit)


class Nothing(BaseModel):
    pass
