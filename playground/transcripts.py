"""A comparison as Markdown, to be read: lane by lane what was asked, answered and taken."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from common.money import usd_exactly_enough
from playground import portable
from playground.exporting import export
from playground.models import Comparison
from playground.templatetags.playground import plain_seconds

ROLES = {"system": "System", "user": "User", "assistant": "Assistant"}


def as_markdown(comparison: Comparison) -> str:
    taken = export(comparison)
    parts = [f"# {_line(str(comparison))}"]
    for lane in taken.lanes:
        parts += _lane(lane)
    return "\n\n".join(parts) + "\n"


def _lane(lane: portable.Lane) -> Iterator[str]:
    yield f"## Lane {lane.letter}: {_line(lane.model)}"
    if lane.settings:
        yield "\n".join(f"- {_line(name)}: `{json.dumps(value)}`" for name, value in lane.settings.items())
    if lane.system_prompt:
        yield "### System prompt"
        yield lane.system_prompt
    for message in lane.messages:
        yield from _message(message)


def _message(message: portable.Message) -> Iterator[str]:
    answer = message.answer
    yield f"### {ROLES[message.role]}" + (f": {_line(answer.model)}" if answer else "") + _place(message)
    if answer and answer.reasoning:
        yield _quoted(f"Reasoning ({plain_seconds(answer.thinking_ms)}):\n\n{answer.reasoning}")
    for image in message.images:
        yield f"*[Image: {_line(image.name)}]*"
    if message.text:
        yield message.text
    for call in message.tool_calls:
        yield from _call(call)
    if answer:
        yield from _facts(answer)


def _place(message: portable.Message) -> str:
    """Which of several trials it is; the others are left out."""
    if not message.other_trials:
        return ""
    before = sum(other.trial < message.trial for other in message.other_trials)
    return f" ({before + 1} of {len(message.other_trials) + 1})"


def _call(call: portable.ToolCall) -> Iterator[str]:
    yield f"**Called** {_code(call.name)}" + (" (broken off)" if call.is_cut else "")
    yield _fenced(call.arguments, "json")
    if call.result is not None:
        yield f"**Result** of {_code(call.name)}" + (" (mock)" if call.by == "mock" else "")
        yield _fenced(call.result)


def _code(text: str) -> str:
    """A span that nothing in it can end."""
    ticks = "`" * (_longest_run(text) + 1)
    pad = " " if ticks != "`" or not text.strip() else ""
    return f"{ticks}{pad}{_line(text)}{pad}{ticks}"


def _fenced(text: str, language: str = "") -> str:
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _facts(answer: portable.Answer) -> Iterator[str]:
    if answer.error:
        yield f"**Failed:** {_line(answer.error.message)}"
    about = "" if answer.usage.certainty in ("", "reported") else "~"
    facts = [
        f"TTFT {plain_seconds(answer.ttft_ms)}" if answer.ttft_ms is not None else "",
        _tokens(answer.usage, about),
        plain_seconds(answer.duration_ms) if answer.duration_ms is not None else "",
        f"{about}{usd_exactly_enough(answer.cost_pico_usd)}" if answer.cost_pico_usd is not None else "",
        "stopped" if answer.state == "stopped" else "",
        f"finish reason: {_line(answer.finish_reason)}" if answer.finish_reason not in ("", "stop") else "",
        f"from {_line(answer.provider)}" if answer.provider else "",
        "simulated" if answer.is_simulated else "",
    ]
    if any(facts):
        yield f"*{' · '.join(filter(None, facts))}*"


def _tokens(usage: portable.Usage, about: str) -> str:
    if usage.completion_tokens is None:
        return ""
    asked = f"{about}{usage.prompt_tokens} tokens in, " if usage.prompt_tokens is not None else ""
    return f"{asked}{about}{usage.completion_tokens} out"


def _line(text: str) -> str:
    """What must not begin another line of Markdown."""
    return " ".join(text.split())


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
