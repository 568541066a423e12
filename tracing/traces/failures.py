"""What a call raised, as the client writes it: JSON with type, message and traceback; else a text."""

from __future__ import annotations

from dataclasses import dataclass

from tracing import json_text

MOST = 100_000


@dataclass(frozen=True, slots=True)
class Failure:
    kind: str
    message: str
    traceback: str


def failure_of(exception: str | None) -> Failure | None:
    if exception is None:
        return None
    try:
        said = json_text.load(exception)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return Failure("", exception[:MOST], "")
    trace = said.get("traceback")
    return Failure(
        str(said.get("type") or "")[:200],
        str(said.get("message") or "")[:MOST],
        "\n".join(map(str, trace))[:MOST] if isinstance(trace, list) else str(trace or "")[:MOST],
    )
