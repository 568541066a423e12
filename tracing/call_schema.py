"""Calls as answers show them: JSON, put together from the JSON they are kept as."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic_core import to_json

from tracing import json_text, prices
from tracing.models import Call
from tracing.visits import Space

_PLAIN = (
    "parent_id",
    "display_name",
    "ended_at",
    "exception",
    "thread_id",
    "turn_id",
    "wb_user_id",
    "wb_run_id",
    "wb_run_step",
    "wb_run_step_end",
    "deleted_at",
)
#: Kept as JSON; what stands for each where it was not asked for.
_JSON = {"inputs": "{}", "attributes": "{}", "output": "null", "summary": "null"}

Extras = Mapping[str, Any]


class Columns:
    """The members that were asked for, or parts of them: `inputs.question`."""

    def __init__(self, asked: Sequence[str] | None) -> None:
        self.paths: dict[str, list[str]] = {}
        for name in asked or ():
            first, _, rest = name.removesuffix("_dump").partition(".")
            self.paths.setdefault(first, []).append(rest)
        self.everything = not asked

    def has(self, name: str) -> bool:
        return self.everything or name in self.paths

    def parts(self, name: str) -> list[str]:
        """Paths below the member; none if all of it is wanted."""
        paths = self.paths.get(name, [])
        return [] if self.everything or "" in paths else paths


def lines(
    space: Space, calls: Iterable[Call], columns: Columns, extras: Mapping[int, Extras] | None = None
) -> Iterable[bytes]:
    for call in calls:
        yield line(space, call, columns, (extras or {}).get(call.pk, {}))


def line(space: Space, call: Call, columns: Columns, extra: Extras) -> bytes:
    """`extra`: members of `summary.weave`, under "weave", and members of the call itself."""
    plain = {
        "id": call.call_id,
        "project_id": space.path,
        "trace_id": call.trace_id,
        "op_name": call.op_name,
        "started_at": _moment(call.started_at),
        **{name: _plain(call, name) for name in _PLAIN if columns.has(name)},
        **{name: value for name, value in extra.items() if name not in ("weave", *_JSON)},
    }
    members = {name: _document(call, name, columns, extra) for name in _JSON}
    members["summary"] = _summary(call, columns, extra)
    return to_json(plain)[:-1] + "".join(f',"{name}":{text}' for name, text in members.items()).encode() + b"}"


def _plain(call: Call, name: str) -> Any:
    if name == "display_name":
        return shown_name(call)
    if name == "wb_user_id":
        return str(call.user_id) if call.user_id else None
    value = getattr(call, name)
    return _moment(value) if isinstance(value, datetime) else value


def shown_name(call: Call) -> str | None:
    return (call.display_name if call.new_name is None else call.new_name) or None


def _document(call: Call, name: str, columns: Columns, extra: Extras) -> str:
    if name in extra:
        return json_text.dump(_projected(extra[name], columns.parts(name)))
    text: str | None = getattr(call, name)
    if text is None or not columns.has(name):
        return _JSON[name]
    if parts := columns.parts(name):
        return json_text.dump(_projected(json_text.load(text), parts))
    return text


def _projected(value: Any, paths: Sequence[str]) -> Any:
    """Those parts of a value, where they stand in it."""
    if not paths or not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for path in paths:
        first, _, rest = path.partition(".")
        if first in value:
            inner = _projected(value[first], [rest] if rest else [])
            found[first] = {**found[first], **inner} if _are_dicts(found.get(first), inner) else inner
    return found


def _are_dicts(one: Any, other: Any) -> bool:
    return isinstance(one, dict) and isinstance(other, dict)


def _summary(call: Call, columns: Columns, extra: Extras) -> str:
    """What the client said, and under `weave` what we know."""
    if not columns.has("summary"):
        return _JSON["summary"]
    ours = {
        "status": call.status,
        "trace_name": shown_name(call) or call.op,
        **({} if call.latency_ms is None else {"latency_ms": round(call.latency_ms)}),
        **extra.get("weave", {}),
    }
    said = call.summary or "{}"
    parts = columns.parts("summary")
    if parts or '"weave"' in said:
        whole = json_text.load(said)
        theirs = whole.get("weave")
        whole["weave"] = {**theirs, **ours} if isinstance(theirs, dict) else ours
        return json_text.dump(_projected(whole, parts))
    return f'{said[:-1]}{"" if said == "{}" else ","}"weave":{json_text.dump(ours)}}}'


def costs(space: Space, call: Call) -> dict[str, dict[str, Any]]:
    """By model, in the form of the client."""
    at = call.started_at or call.ended_at
    usage = prices.usage_of(json_text.load(call.summary or "{}"))
    if not usage or at is None:
        return {}
    spent = prices.costs_of(space.project_id, usage, at)
    return {
        model: {
            "requests": usage[model].requests,
            "prompt_tokens": usage[model].prompt_tokens,
            "completion_tokens": usage[model].completion_tokens,
            "total_tokens": usage[model].total_tokens,
            "prompt_token_cost": cost.rate.prompt,
            "completion_token_cost": cost.rate.completion,
            "prompt_tokens_total_cost": cost.prompt,
            "completion_tokens_total_cost": cost.completion,
            "cache_read_input_tokens_total_cost": cost.cache_read,
            "cache_creation_input_tokens_total_cost": cost.cache_creation,
            "prompt_token_cost_unit": "USD",
            "completion_token_cost_unit": "USD",
            "effective_date": cost.rate.effective_date.isoformat(),
            "provider_id": cost.rate.provider_id,
            "pricing_level": cost.rate.level,
            "pricing_level_id": cost.rate.level_id,
        }
        for model, cost in spent.items()
    }


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
