"""Usage and costs in the shape of OpenAI's endpoints: buckets of time, with a result for every group that used any."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from billing.usage.figures import TABLES
from billing.usage.measures import Sums
from billing.usage.periods import Grain, Window
from billing.usage.reading import Scope
from common import money
from common.errors import BadRequest
from common.ids import NIL

GRAINS = {"1h": Grain.HOUR, "1d": Grain.DAY}
#: Seconds since 1970; nobody asks for what lies behind the year 2100.
LATEST = 4_102_444_800
MOST_VALUES = 100
_PAGE = re.compile(r"page_(\d{1,11})\Z")
_NUMBER = re.compile(r"\d{1,12}\Z")


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the endpoints: its buckets with their usual and largest number on a page, its groups, its filters."""

    name: str
    limits: Mapping[str, tuple[int, int]]
    groups: Mapping[str, str]
    filters: Mapping[str, str]
    result: Callable[[Sums], dict[str, Any]]

    @property
    def most(self) -> int:
        return max(most for _, most in self.limits.values())

    @property
    def parameters(self) -> tuple[str, ...]:
        return ("start_time", "end_time", "bucket_width", "group_by", "limit", "page", *self.filters)


def _usage(sums: Sums) -> dict[str, Any]:
    return {
        "object": "organization.usage.completions.result",
        "input_tokens": sums.prompt_tokens,
        "input_cached_tokens": sums.cached_tokens,
        "output_tokens": sums.completion_tokens,
        "num_model_requests": sums.requests,
        "num_failed_requests": sums.errors,
    }


def _cost(sums: Sums) -> dict[str, Any]:
    return {"object": "organization.costs.result", "amount": money.for_programs(sums.cost)}


_COMMON = {"project_id": "project_id", "user_id": "user_id", "api_key_id": "api_key_id"}
_IDS = {f"{name}s": column for name, column in _COMMON.items()}
COMPLETIONS = Kind(
    "completions", {"1d": (7, 31), "1h": (24, 168)}, _COMMON | {"model": "model"}, _IDS | {"models": "model"}, _usage
)
COSTS = Kind("costs", {"1d": (7, 180)}, _COMMON | {"line_item": "model"}, _IDS | {"line_items": "model"}, _cost)


@dataclass(frozen=True, slots=True)
class Question:
    kind: Kind
    window: Window
    grain: Grain
    group_by: tuple[str, ...]
    conditions: Mapping[str, Sequence[Any]]
    #: The first bucket of this page, and how many it has at most.
    first: datetime
    limit: int


def parse(kind: Kind, pairs: Sequence[tuple[str, str]]) -> Question:
    """Of a query. Raises BadRequest that names the parameter."""
    said: dict[str, list[str]] = {}
    for name, value in pairs:
        said.setdefault(name.removesuffix("[]"), []).append(value)
    for name in said.keys() - set(kind.parameters):
        raise BadRequest(
            f"There is no parameter '{name[:50]}'. There are: {', '.join(kind.parameters)}.", param=name[:50]
        )
    width = _single(said, "bucket_width") or "1d"
    if width not in kind.limits:
        raise BadRequest(f"'bucket_width' is one of: {', '.join(kind.limits)}. {COARSE}", param="bucket_width")
    grain, (usual, most) = GRAINS[width], kind.limits[width]
    window = _window(said, grain)
    return Question(
        kind=kind,
        window=window,
        grain=grain,
        group_by=_groups(kind, said),
        conditions={column: _values(said, name, column) for name, column in kind.filters.items() if name in said},
        first=_first(said, window, grain),
        limit=_integer(said, "limit", least=1, most=most, default=usual),
    )


COARSE = "Usage is summed by the hour, costs are by the day."


def _single(said: Mapping[str, list[str]], name: str) -> str | None:
    values = said.get(name, [])
    if len(values) > 1:
        raise BadRequest(f"'{name}' is there twice.", param=name)
    return values[0] if values else None


def _integer(said: Mapping[str, list[str]], name: str, *, least: int, most: int, default: int | None) -> int:
    text = _single(said, name)
    if text is None and default is not None:
        return default
    if text is None:
        raise BadRequest(f"'{name}' is missing.", param=name, code="missing_required_parameter")
    if not _NUMBER.match(text) or not text.isascii() or not least <= int(text) <= most:
        raise BadRequest(f"'{name}' must be an integer from {least} to {most}.", param=name)
    return int(text)


def _window(said: Mapping[str, list[str]], grain: Grain) -> Window:
    """Widened to whole buckets."""
    start = _integer(said, "start_time", least=0, most=LATEST, default=None)
    end = _integer(said, "end_time", least=0, most=LATEST, default=int(datetime.now(UTC).timestamp()))
    if end <= start:
        raise BadRequest("'end_time' must lie after 'start_time'; without it, it is now.", param="end_time")
    return Window(datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)).widened(grain)


def _groups(kind: Kind, said: Mapping[str, list[str]]) -> tuple[str, ...]:
    named = dict.fromkeys(said.get("group_by", []))
    for name in named.keys() - set(kind.groups):
        raise BadRequest(f"'group_by' has no '{name[:50]}'. It takes: {', '.join(kind.groups)}.", param="group_by")
    return tuple(named)


def _values(said: Mapping[str, list[str]], name: str, column: str) -> Sequence[Any]:
    if len(said[name]) > MOST_VALUES:
        raise BadRequest(f"'{name}' takes {MOST_VALUES} values at most.", param=name)
    return [_value(text, name, column) for text in said[name]]


def _value(text: str, name: str, column: str) -> Any:
    if column == "model" and 0 < len(text) <= 200 and "\0" not in text:
        return text
    if column == "user_id" and _NUMBER.match(text) and text.isascii():
        return int(text)
    try:
        if column in ("project_id", "api_key_id"):
            return uuid.UUID(text)
    except ValueError:
        pass
    raise BadRequest(f"'{name}' has a value that cannot be one: '{text[:50]}'.", param=name)


def _first(said: Mapping[str, list[str]], window: Window, grain: Grain) -> datetime:
    text = _single(said, "page")
    if text is None:
        return window.start
    found = _PAGE.match(text)
    seconds = int(found[1]) if found and found[1].isascii() else LATEST
    first = datetime.fromtimestamp(min(seconds, LATEST), UTC)
    if not window.start <= first < window.end or grain.floor(first) != first:
        raise BadRequest("'page' is not a 'next_page' of this query.", param="page")
    return first


def answer(question: Question, organization_id: uuid.UUID) -> dict[str, Any]:
    """One page. One query, bounded by its buckets."""
    starts = _starts(question)
    end = question.grain.after(starts[-1])
    results = _results(question, Scope(organization_id), Window(starts[0], end))
    has_more = end < question.window.end
    return {
        "object": "page",
        "data": [
            {
                "object": "bucket",
                "start_time": int(start.timestamp()),
                "end_time": int(question.grain.after(start).timestamp()),
                "results": results.get(start, []),
            }
            for start in starts
        ],
        "has_more": has_more,
        "next_page": f"page_{int(end.timestamp())}" if has_more else None,
    }


def _starts(question: Question) -> list[datetime]:
    starts = [question.first]
    while len(starts) < question.limit and (after := question.grain.after(starts[-1])) < question.window.end:
        starts.append(after)
    return starts


def _results(question: Question, scope: Scope, window: Window) -> dict[datetime, list[dict[str, Any]]]:
    conditions = {f"{column}__in": values for column, values in question.conditions.items()}
    table = TABLES[question.grain].objects.seen_in(scope).within(window).filter(**conditions).by_start()
    columns = [question.kind.groups[name] for name in question.group_by]
    found: dict[datetime, list[dict[str, Any]]] = {}
    for start, *row in sorted(table.summed("start", *columns), key=str):
        values, sums = row[: len(columns)], Sums(*map(int, row[len(columns) :]))
        groups = dict.fromkeys(question.kind.groups) | dict(zip(question.group_by, map(_identity, values), strict=True))
        found.setdefault(start, []).append(question.kind.result(sums) | groups)
    return found


def _identity(value: Any) -> str | None:
    """People in the browser have no key."""
    return None if value == NIL else str(value)
