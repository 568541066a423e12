"""The settings of a lane as values, and as the texts that stand in the fields of a form."""

from __future__ import annotations

from typing import Any

from playground.models import Lane
from playground.parameters import BY_NAME, plain
from playground.schemas import write_format, write_json, write_tools


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


def changed(was: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """What of `now` is not as it was."""
    return {name: value for name, value in now.items() if not _same(was[name], value)}


def _same(one: Any, other: Any) -> bool:
    """True is no 1 here, and 1.0 is."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def as_fields(values: dict[str, Any]) -> dict[str, Any]:
    """The values as they stand in the fields of a form."""
    fields = dict(values)
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
    if isinstance(is_traced := fields.get("is_traced"), bool):
        fields["is_traced"] = "on" if is_traced else "off"
    return fields


def as_texts(lane: Lane) -> dict[str, str]:
    """All fields of a lane's form, as a browser would send them."""
    fields = {"schema": "", **as_fields(values_of(lane))}
    return {name: plain(name, "" if value is None else str(value)) for name, value in fields.items()}
