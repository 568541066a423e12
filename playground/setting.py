"""The settings of one lane, or of several at once: what they have in common, and what is changed of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from playground.models import Lane
from playground.parameters import BY_NAME
from playground.schemas import write_format, write_json, write_tools

#: In place of a value, where lanes have not the same.
DIFFERS = object()


def values_of(lane: Lane) -> dict[str, Any]:
    """By parameter; None is what is not set."""
    apart = {
        "system_prompt": lane.system_prompt or None,
        "is_traced": lane.is_traced,
        "mocks": lane.mocks or None,
        "is_mocked": lane.is_mocked or None,
        "trials": lane.trials if lane.trials > 1 else None,
    }
    return {name: lane.settings.get(name) for name in BY_NAME} | apart


def common(lanes: Sequence[Lane]) -> dict[str, Any]:
    first, *others = [values_of(lane) for lane in lanes]
    return {
        name: value if all(_same(other[name], value) for other in others) else DIFFERS for name, value in first.items()
    }


def _same(one: Any, other: Any) -> bool:
    """True is no 1 here, and 1.0 is."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def changes(was: dict[str, Any], now: dict[str, Any], reset: Sequence[str]) -> dict[str, Any]:
    """Where lanes differ, what stands empty is left alone unless it is to be reset."""
    return {
        name: value
        for name, value in now.items()
        if (name in reset or value is not None if was[name] is DIFFERS else not _same(was[name], value))
    }


def as_fields(values: dict[str, Any]) -> dict[str, Any]:
    """The values as they stand in the fields of a form."""
    fields = {name: None if value is DIFFERS else value for name, value in values.items()}
    if (stop := fields.get("stop")) is not None:
        fields["stop"] = "\n".join(map(str, stop)) if isinstance(stop, list) else str(stop)
    if isinstance(wanted := fields.get("response_format"), dict):
        fields["response_format"] = wanted.get("type")
        fields["schema"] = write_format(wanted) if wanted.get("type") == "json_schema" else ""
    if (tools := fields.get("tools")) is not None:
        fields["tools"] = write_tools(tools) if isinstance(tools, list) else str(tools)
    if isinstance(mocks := fields.get("mocks"), dict):
        fields["mocks"] = write_json(mocks)
    if fields.get("is_mocked"):
        fields["is_mocked"] = "on"
    return fields
