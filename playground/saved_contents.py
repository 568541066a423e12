"""What of a lane is saved, and what differs from the version that it came from, as lines that people read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.models import Lane
from playground.origin import Origin
from playground.parameters import BY_NAME, PARAMETERS, sent

LONGEST = 160


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    value: str
    #: Of a change: what it was.
    was: str = ""


def contents(lane: Lane) -> tuple[list[Line], list[str]]:
    """The lines that are saved, and labels of what is not, because the model does not take it."""
    lines = [Line("Model", lane.model.model_id), *_lines(lane.system_prompt, sent(lane.settings, lane.model))]
    if lane.trials > 1:
        lines.append(Line(_label("trials"), str(lane.trials)))
    if opening := lane.origin.taken.opening if lane.origin and lane.origin.taken else []:
        lines.append(Line("First messages", f"{len(opening)}, of {lane.title}"))
    taken = sent(lane.settings, lane.model)
    return lines, [BY_NAME[name].label for name in lane.settings if name not in taken and name in BY_NAME]


def changes(origin: Origin) -> list[Line]:
    lane, taken = origin.lane, origin.taken
    if taken is None:
        return []
    was = {"model": origin.saved.content.model, "trials": taken.trials}
    was |= _values(taken.system_prompt, sent(taken.settings, lane.model))
    now = {"model": lane.model.model_id, "trials": lane.trials}
    now |= _values(lane.system_prompt, sent(lane.settings, lane.model))
    names = ["model", *(parameter.name for parameter in PARAMETERS)]
    return [
        Line(_label(name), _text(name, now.get(name)), _text(name, was.get(name)))
        for name in names
        if now.get(name) != was.get(name)
    ]


def _lines(system_prompt: str, settings: Mapping[str, Any]) -> list[Line]:
    values = _values(system_prompt, settings)
    return [Line(one.label, _text(one.name, values[one.name])) for one in PARAMETERS if one.name in values]


def _values(system_prompt: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    return {**settings, "system_prompt": system_prompt} if system_prompt else dict(settings)


def _label(name: str) -> str:
    return BY_NAME[name].label if name in BY_NAME else name.capitalize()


def _text(name: str, value: Any) -> str:
    if value is None:
        return "not set"
    if name == "tools":
        return ", ".join(str(tool.get("function", {}).get("name", "?")) for tool in value)[:LONGEST]
    if name == "response_format":
        schema = value.get("json_schema", {}).get("name", "")
        return f"JSON schema “{schema}”" if schema else "JSON"
    text = ", ".join(map(repr, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"
