"""What is asked of the table of traces: which calls, in which order, with which columns. It is all in the address.

What cannot be understood is not asked; what a condition cannot mean is said beside it, see `conditions.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from tracing.models import Call
from tracing.sorted_pages import Sortable
from tracing.traces.conditions import OPERATORS, Condition

PAGE = 50
#: Nobody pages further; a window of time leads there.
MOST_OFFSET = 10_000
MOST_CONDITIONS, MOST_COLUMNS = 10, 20
STATUSES = dict(Call.Status.choices)
RANGES = {
    "1h": ("Last hour", timedelta(hours=1)),
    "24h": ("Last 24 hours", timedelta(hours=24)),
    "7d": ("Last 7 days", timedelta(days=7)),
    "30d": ("Last 30 days", timedelta(days=30)),
}
#: Of the columns that are always there, the field each sorts by.
SORTS = {
    "called": "started_at",
    "latency": "summary.weave.latency_ms",
    "tokens": "summary.weave.tokens",
    "cost": "summary.weave.cost",
    "trace": "summary.weave.trace_name",
    "status": "summary.weave.status",
    "user": "wb_username",
}
NEWEST = "called"
#: The address of all traces.
ALL = "view="


@dataclass(frozen=True, slots=True)
class Ask(Sortable):
    text: str = ""
    op: str = ""
    status: str = ""
    user: str = ""
    thread: str = ""
    #: A key of RANGES; else what `since` and `until` say.
    range: str = ""
    since: datetime | None = None
    until: datetime | None = None
    #: Calls within others too.
    is_all: bool = False
    conditions: tuple[Condition, ...] = ()
    #: A name of SORTS, or a field.
    sort: str = NEWEST
    is_ascending: bool = False
    #: Fields shown as columns of their own; None: whichever the page has.
    columns: tuple[str, ...] | None = None
    start: int = 0
    #: The saved view that it began with.
    view: str = ""

    @classmethod
    def read(cls, given: QueryDict) -> Ask:
        def word(name: str, most: int = 256) -> str:
            return given.get(name, "").replace("\0", "")[:most]

        status, start = word("status"), word("start", 9)
        return cls(
            text=word("text").strip(),
            op=word("op"),
            status=status if status in STATUSES else "",
            user=word("user", 18) if word("user", 18).isdecimal() else "",
            thread=word("thread"),
            range=word("range") if word("range") in RANGES else "",
            since=_moment(word("since")),
            until=_moment(word("until")),
            is_all=word("calls") == "all",
            conditions=tuple(_conditions(given)),
            sort=word("sort", 500) or NEWEST,
            is_ascending=word("order") == "ascending",
            columns=_columns(given),
            start=min(int(start), MOST_OFFSET) if start.isdecimal() else 0,
            view=word("view", 18) if word("view", 18).isdecimal() else "",
        )

    @property
    def is_filtered(self) -> bool:
        return any(
            (self.text, self.op, self.status, self.user, self.thread, self.since, self.until, self.range)
        ) or bool(self.conditions)

    @property
    def looks_inside(self) -> bool:
        """Whether calls have to be read to know if they are meant: no index says it."""
        return bool(self.text or self.conditions or self.user)

    @property
    def sort_field(self) -> str:
        return SORTS.get(self.sort, self.sort)

    def window(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        return (now - RANGES[self.range][1], None) if self.range else (self.since, self.until)

    def query(self, **changed: Any) -> str:
        """As an address has it; what is as it would be anyway is left out.

        It is never empty: an address that says nothing opens the project's default view.
        """
        return urlencode(replace(self, **{"start": 0, **changed}).pairs) or ALL

    @property
    def kept_query(self) -> str:
        """As a saved view keeps it, whichever view it began with."""
        return urlencode(replace(self, start=0, view="").pairs)

    @property
    def pairs(self) -> list[tuple[str, Any]]:
        return [(name, value) for name, value in self._said() if value]

    @property
    def kept(self) -> list[tuple[str, Any]]:
        """What the form of the page has no control for."""
        return [(name, value) for name, value in self.pairs if name in ("thread", "sort", "order", "column", "view")]

    @property
    def without_columns(self) -> list[tuple[str, Any]]:
        return [(name, value) for name, value in self.pairs if name not in ("column", "start")]

    def _said(self) -> Iterator[tuple[str, Any]]:
        yield from (("text", self.text), ("op", self.op), ("status", self.status), ("user", self.user))
        yield from (("thread", self.thread), ("range", self.range))
        if not self.range:
            yield from (("since", _written(self.since)), ("until", _written(self.until)))
        yield "calls", "all" if self.is_all else ""
        for condition in self.conditions:
            # All three or none, so that lists of them stay side by side.
            yield from (("field", condition.field), ("is", condition.operator), ("value", condition.value or " "))
        yield "sort", "" if self.sort == NEWEST else self.sort
        yield "order", "ascending" if self.is_ascending else ""
        if self.columns is not None:
            yield from (("column", column) for column in self.columns or ("none",))
        yield from (("start", self.start or ""), ("view", self.view))

    def by_time(self) -> Ask:
        """The same calls, newest first."""
        return replace(self, sort=NEWEST, is_ascending=False)

    def begins_ascending(self, sort: str) -> bool:
        return sort in ("trace", "user")


def _conditions(given: QueryDict) -> Iterator[Condition]:
    rows = zip(given.getlist("field"), given.getlist("is"), given.getlist("value"), strict=False)
    for name, operator, value in list(rows)[:MOST_CONDITIONS]:
        if name.strip() and operator in OPERATORS:
            yield Condition(name.strip()[:500], operator, value.replace("\0", "").strip()[:2000])


def _columns(given: QueryDict) -> tuple[str, ...] | None:
    asked = given.getlist("column")
    if not asked:
        return None
    return tuple(dict.fromkeys(column[:500] for column in asked if column and column != "none"))[:MOST_COLUMNS]


def _moment(text: str) -> datetime | None:
    """In UTC, as the field of a form writes it."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _written(moment: datetime | None) -> str:
    return (
        moment.replace(tzinfo=None).isoformat(timespec="minutes" if not moment.second else "seconds") if moment else ""
    )
