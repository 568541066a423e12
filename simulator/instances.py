"""Drafts of JSON schema instances. A draft need not be valid: simulator/schemas.py checks it."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from simulator import scalars

DEEPEST = 24
COMPOSED = frozenset(("$ref", "allOf", "anyOf", "oneOf", "if", "then", "else"))


class Impossible(Exception):
    """The schema, or this reading of it, has no instance."""


class Draft:
    """One attempt. Early attempts give what people expect (all properties), later ones vary more and stay small."""

    def __init__(self, root: Any, rng: random.Random, words: list[str], attempt: int) -> None:
        self.root = root
        self.rng = rng
        self.words = words
        self.attempt = attempt

    def make(self) -> Any:
        return self.of(self.root, "answer", 0)

    def of(self, schema: Any, name: str, depth: int) -> Any:
        if schema is True or schema == {}:
            return scalars.text(scalars.Wanted({}, name, self.rng, self.words))
        if schema is False or depth > DEEPEST:
            raise Impossible
        schema = self.resolved(schema)
        if schema is False:
            raise Impossible
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.rng.choice(schema["enum"]) if schema["enum"] else self.fail()
        return self.by_type(schema, name, depth)

    def fail(self) -> Any:
        raise Impossible

    def by_type(self, schema: dict[str, Any], name: str, depth: int) -> Any:
        kind = self.kind_of(schema)
        if kind == "object":
            return self.object(schema, depth)
        if kind == "array":
            return self.array(schema, name, depth)
        return scalars.MAKERS[kind](scalars.Wanted(schema, name, self.rng, self.words))

    def kind_of(self, schema: dict[str, Any]) -> str:
        kinds = schema.get("type")
        if isinstance(kinds, str):
            return kinds
        if kinds:
            useful = [kind for kind in kinds if kind != "null"]
            return str(self.rng.choice(useful if useful and self.attempt % 3 != 2 else kinds))
        return next((kind for member, kind in scalars.IMPLIED.items() if member in schema), "string")

    # Composition ------------------------------------------------------------------------------------

    def resolved(self, schema: dict[str, Any]) -> Any:
        """The schema with its references, and one reading of its alternatives, merged into it."""
        for _ in range(DEEPEST):
            if schema.keys().isdisjoint(COMPOSED):
                return schema
            rest: Any = {key: value for key, value in schema.items() if key not in COMPOSED}
            for part in self.parts_of(schema):
                rest = merged_any(rest, part)
            if rest is False:
                return False
            schema = rest
        raise Impossible

    def parts_of(self, schema: dict[str, Any]) -> list[Any]:
        """All that the instance must also meet: of alternatives one, by chance."""
        parts = list(schema.get("allOf", []))
        if "$ref" in schema:
            parts.append(self.target(schema["$ref"]))
        parts += [self.rng.choice(schema[word]) for word in ("anyOf", "oneOf") if schema.get(word)]
        if "if" in schema:
            met = self.rng.random() < 0.5
            parts += [schema["if"], schema.get("then", True)] if met else [schema.get("else", True)]
        return parts

    def target(self, reference: str) -> Any:
        """What a reference inside the schema means: `#`, `#/$defs/…` or an `$anchor`."""
        place, path = self.root, unquote(reference.partition("#")[2])
        if not path.startswith("/"):
            return self.root if not path else self.anchored(path)
        for step in path[1:].split("/"):
            step = step.replace("~1", "/").replace("~0", "~")
            try:
                place = place[int(step)] if isinstance(place, list) else place[step]
            except (KeyError, IndexError, ValueError, TypeError):
                raise Impossible from None
        return place

    def anchored(self, anchor: str) -> Any:
        for found in (self.root.get("$defs") or {}).values():
            if isinstance(found, dict) and found.get("$anchor") == anchor:
                return found
        raise Impossible

    # Containers -------------------------------------------------------------------------------------

    def object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        properties: dict[str, Any] = schema.get("properties", {})
        required = list(schema.get("required", []))
        made: dict[str, Any] = {}
        for key in [*properties, *(key for key in required if key not in properties)]:
            if key in required or self.wants(depth):
                try:
                    made[key] = self.of(properties.get(key, self.other_member(schema, key)), key, depth + 1)
                except Impossible:
                    if key in required:
                        raise
        while len(made) < schema.get("minProperties", 0):
            key = self.new_key(schema, made)
            made[key] = self.of(self.other_member(schema, key), key, depth + 1)
        return self.trimmed(made, required, schema.get("maxProperties"))

    def wants(self, depth: int) -> bool:
        """Whether an optional member is given: all of them at first, fewer the deeper and the later."""
        if self.attempt == 0 and depth < 3:
            return True
        return depth < 6 and self.rng.random() < 0.5 / (1 + depth / 2)

    def other_member(self, schema: dict[str, Any], key: str) -> Any:
        for pattern, found in (schema.get("patternProperties") or {}).items():
            if scalars.matches(pattern, key):
                return found
        return schema.get("additionalProperties", True)

    def new_key(self, schema: dict[str, Any], made: dict[str, Any]) -> str:
        names = schema.get("propertyNames")
        patterns = list(schema.get("patternProperties") or {})
        for number in range(64):
            if isinstance(names, dict) and names:
                key = str(self.of({"type": "string", **names}, "key", DEEPEST - 1))
            elif patterns:
                key = scalars.from_pattern(self.rng.choice(patterns), self.rng)
            else:
                key = f"{self.rng.choice(self.words)}_{number}"
            if key not in made:
                return key
        raise Impossible

    @staticmethod
    def trimmed(made: dict[str, Any], required: list[str], most: int | None) -> dict[str, Any]:
        for key in [key for key in reversed(made) if key not in required]:
            if most is None or len(made) <= most:
                break
            del made[key]
        return made

    def array(self, schema: dict[str, Any], name: str, depth: int) -> list[Any]:
        heads = schema.get("prefixItems", [])
        rest = schema.get("items", True)
        least = schema.get("minItems", 0)
        usual = 3 if depth < 2 else 1
        most = schema.get(
            "maxItems", max(least, len(heads) + (usual if rest is not False and "items" in schema else 0))
        )
        if "contains" in schema:
            least = max(least, schema.get("minContains", 1))
        size = max(least, min(most, self.rng.randint(min(least or 1, most), max(least, min(most, least + usual)))))
        items: list[Any] = []
        for at in range(size if self.attempt < 2 or size == least else self.rng.choice((least, size))):
            part = heads[at] if at < len(heads) else schema.get("contains", rest) if "contains" in schema else rest
            items.append(self.item(part, name, depth, items if schema.get("uniqueItems") else []))
        return items

    def item(self, schema: Any, name: str, depth: int, taken: list[Any]) -> Any:
        for _ in range(32):
            made = self.of(schema, name.removesuffix("s") or name, depth + 1)
            if made not in taken:
                return made
        raise Impossible


def merged(one: dict[str, Any], other: Any) -> Any:
    """A schema that asks for both; `other` may be true or false."""
    if other is True:
        return one
    if not isinstance(other, dict):
        return False
    both = {**one, **other}
    for key in one.keys() & other.keys():
        both[key] = _both(key, one[key], other[key])
    return both


def _both(key: str, one: Any, other: Any) -> Any:
    return MERGERS[key](one, other) if key in MERGERS else other


def _members(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {**one, **{name: merged_any(one.get(name, True), part) for name, part in other.items()}}


def merged_any(one: Any, other: Any) -> Any:
    if one is False:
        return False
    return other if one is True else merged(one, other)


MERGERS: dict[str, Callable[[Any, Any], Any]] = {
    "properties": _members,
    "patternProperties": _members,
    "$defs": _members,
    "required": lambda one, other: [*one, *(name for name in other if name not in one)],
    "allOf": lambda one, other: [*one, *other],
    "enum": lambda one, other: [value for value in one if value in other],
    "type": scalars.common_types,
    **dict.fromkeys(scalars.LOWER, max),
    **dict.fromkeys(scalars.UPPER, min),
    **dict.fromkeys(("items", "additionalProperties", "contains", "propertyNames"), merged_any),
}
