"""Strings, numbers and truth values within the bounds of a schema."""

from __future__ import annotations

import datetime
import itertools
import math
import random
import re
import string
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import rstr

LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")

#: The type that a member speaks of, for schemas that do not say.
IMPLIED = {
    "properties": "object",
    "required": "object",
    "additionalProperties": "object",
    "patternProperties": "object",
    "minProperties": "object",
    "propertyNames": "object",
    "items": "array",
    "prefixItems": "array",
    "minItems": "array",
    "contains": "array",
    "minimum": "number",
    "maximum": "number",
    "exclusiveMinimum": "number",
    "exclusiveMaximum": "number",
    "multipleOf": "number",
}
EPOCH = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A value of this schema, under this name; texts are made of these words."""

    schema: dict[str, Any]
    name: str
    rng: random.Random
    words: list[str]


class Patterns(rstr.Rstr):
    def _handle_in(self, value: Any) -> Any:
        """Like the original, but the same in every process: a set's order of characters is not."""
        candidates = list(itertools.chain(*(self._handle_state(state) for state in value)))
        if candidates[0] is False:
            candidates = sorted(set(string.printable).difference(candidates[1:]))
        return self._random.choice(candidates)


def from_pattern(pattern: str, rng: random.Random) -> str:
    try:
        return Patterns(rng).xeger(pattern)
    except (re.error, KeyError, IndexError):
        return ""


def matches(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


def common_types(one: Any, other: Any) -> list[str]:
    ours, theirs = ([one] if isinstance(one, str) else one), ([other] if isinstance(other, str) else other)
    both = [kind for kind in ours if kind in theirs]
    return both or (["integer"] if {"integer", "number"} <= {*ours, *theirs} else ["null"])


def text(wanted: Wanted) -> str:
    schema, rng = wanted.schema, wanted.rng
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    if "pattern" in schema:
        drafts = (from_pattern(schema["pattern"], rng) for _ in range(32))
        return next((draft for draft in drafts if least <= len(draft) <= (most or math.inf)), "")
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]](rng)
    made = _prose(wanted.name, rng, wanted.words)
    while len(made) < least:
        made += f" {rng.choice(wanted.words)}"
    return made if most is None else made[:most]


def _prose(name: str, rng: random.Random, words: list[str]) -> str:
    """Proper names of the prompt where the member's name asks for one, else a few of its words."""
    names = [word for word in words if word[:1].isupper()]
    if (
        any(hint in name.lower() for hint in ("city", "location", "place", "name", "country", "who", "person"))
        and names
    ):
        return rng.choice(names)
    if any(hint in name.lower() for hint in ("id", "key", "code", "unit", "tag", "label")):
        return rng.choice(words).lower()
    return " ".join(rng.choice(words) for _ in range(rng.randint(1, 4)))


def number(wanted: Wanted) -> float | int:
    schema, rng = wanted.schema, wanted.rng
    low, high = _bounds(schema)
    step = schema.get("multipleOf")
    if step:
        return _multiple(step, low, high, rng)
    made = round(rng.uniform(low, high), 2)
    return made if low < made < high else (low + high) / 2 if low != high else low


def integer(wanted: Wanted) -> int:
    schema, rng = wanted.schema, wanted.rng
    low, high = _bounds(schema)
    step = schema.get("multipleOf")
    if step:
        made = _multiple(step if float(step).is_integer() else 1, low, high, rng)
        return int(made)
    least, most = math.ceil(low), math.floor(high)
    if "exclusiveMinimum" in schema and least <= schema["exclusiveMinimum"]:
        least += 1
    if "exclusiveMaximum" in schema and most >= schema["exclusiveMaximum"]:
        most -= 1
    return rng.randint(least, max(least, most))


def _bounds(schema: dict[str, Any]) -> tuple[float, float]:
    lows = [schema[word] for word in ("minimum", "exclusiveMinimum") if word in schema]
    highs = [schema[word] for word in ("maximum", "exclusiveMaximum") if word in schema]
    low = max(lows) if lows else min(0, *(high - 100 for high in highs)) if highs else 0
    return low, min(highs) if highs else low + 100


def _multiple(step: float, low: float, high: float, rng: random.Random) -> float | int:
    least, most = math.ceil(low / step), math.floor(high / step)
    return rng.randint(least, max(least, most)) * step


def boolean(wanted: Wanted) -> bool:
    return wanted.rng.random() < 0.5


def null(_: Wanted) -> None:
    return None


def _moment(rng: random.Random) -> datetime.datetime:
    return EPOCH + datetime.timedelta(seconds=rng.randrange(31_536_000))


Maker = Callable[[Wanted], Any]
MAKERS: dict[str, Maker] = {"string": text, "number": number, "integer": integer, "boolean": boolean, "null": null}
FORMATS: dict[str, Callable[[random.Random], str]] = {
    "date": lambda rng: _moment(rng).date().isoformat(),
    "date-time": lambda rng: _moment(rng).isoformat().replace("+00:00", "Z"),
    "time": lambda rng: f"{_moment(rng).time().isoformat()}Z",
    "duration": lambda rng: f"P{rng.randint(1, 30)}DT{rng.randint(1, 23)}H",
    "email": lambda rng: f"person{rng.randint(1, 99)}@example.com",
    "hostname": lambda rng: f"host{rng.randint(1, 99)}.example.com",
    "ipv4": lambda rng: f"192.0.2.{rng.randint(1, 254)}",
    "ipv6": lambda rng: f"2001:db8::{rng.randint(1, 9999):x}",
    "uri": lambda rng: f"https://example.com/{rng.randint(1, 999)}",
    "uri-reference": lambda rng: f"/{rng.randint(1, 999)}",
    "uuid": lambda rng: str(uuid.UUID(int=rng.getrandbits(128), version=4)),
    "regex": lambda _: "^[a-z]+$",
    "json-pointer": lambda rng: f"/items/{rng.randint(0, 9)}",
}
