"""JSON schemas that have instances, of all kinds a caller is likely to send."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

NAMES = st.sampled_from(["name", "city", "age", "tags", "note", "id", "score", "größe", "first name", "$x"])
Schemas = st.SearchStrategy[dict[str, Any]]


def strings() -> Schemas:
    lengths = st.tuples(st.integers(0, 12), st.integers(0, 12))
    patterns = st.sampled_from([r"^[A-Z]{2}-\d{4}$", r"^\+?[0-9 ]{4,9}$", "^(red|green)$", r"^[^@]+@[a-z]+\.com$", "x"])
    formats = st.sampled_from(["date", "date-time", "email", "ipv4", "ipv6", "uuid"])
    return st.one_of(
        st.just({"type": "string"}),
        lengths.map(lambda two: {"type": "string", "minLength": min(two), "maxLength": max(two)}),
        patterns.map(lambda text: {"type": "string", "pattern": text}),
        formats.map(lambda name: {"type": "string", "format": name}),
    )


def numbers() -> Schemas:
    spans = st.tuples(st.integers(-500, 500), st.integers(2, 300))
    return st.builds(
        lambda kind, span, words: {"type": kind, words[0]: span[0], words[1]: span[0] + span[1]},
        st.sampled_from(["integer", "number"]),
        spans,
        st.tuples(st.sampled_from(["minimum", "exclusiveMinimum"]), st.sampled_from(["maximum", "exclusiveMaximum"])),
    ) | st.sampled_from([3, 5, 0.5]).map(lambda step: {"type": "number", "multipleOf": step, "minimum": 10})


def leaves() -> Schemas:
    values = st.lists(st.one_of(st.integers(), st.text(max_size=5), st.none()), min_size=1, max_size=4)
    return st.one_of(
        strings(),
        numbers(),
        st.sampled_from([{"type": "boolean"}, {"type": "null"}, {"type": ["string", "null"]}, {}]),
        values.map(lambda options: {"enum": options}),
        st.integers().map(lambda value: {"const": value}),
    )


def objects(inner: Schemas) -> Schemas:
    members = st.dictionaries(NAMES, inner, min_size=1, max_size=4)
    return st.builds(
        lambda properties, some, closed: {
            "type": "object",
            "properties": properties,
            "required": sorted(properties)[: some % (len(properties) + 1)],
            **({"additionalProperties": False} if closed else {}),
        },
        members,
        st.integers(0, 4),
        st.booleans(),
    )


def arrays(inner: Schemas) -> Schemas:
    sizes = st.tuples(st.integers(0, 4), st.integers(0, 4))
    return st.builds(
        lambda items, two: {"type": "array", "items": items, "minItems": min(two), "maxItems": max(two)}, inner, sizes
    )


def combined(inner: Schemas) -> Schemas:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        several.map(lambda options: {"anyOf": options}),
        st.builds(lambda one: {"oneOf": [one]}, inner),
        st.builds(lambda one, other: {"allOf": [one, {"description": "both"}], "title": other}, inner, st.text()),
    )


def schemas() -> Schemas:
    return st.recursive(leaves(), lambda inner: st.one_of(objects(inner), arrays(inner), combined(inner)), max_leaves=8)


def documents() -> Schemas:
    """WholeResponse schemas: an object, with definitions that its members refer to."""
    return st.builds(
        lambda shape, shared: {
            **shape,
            "properties": {**shape["properties"], "shared": {"$ref": "#/$defs/Shared"}},
            "required": [*shape["required"], "shared"],
            "$defs": {"Shared": shared},
        },
        objects(schemas()),
        schemas(),
    )
