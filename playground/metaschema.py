"""The meta-schema of JSON Schema 2020-12 in one piece.

As published, it is put together of vocabularies that refer to the whole dynamically: each part of a schema is looked at
ten times as long.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from jsonschema import Draft202012Validator
from jsonschema_specifications import REGISTRY
from referencing import Registry

PUBLISHED: Any = Draft202012Validator.META_SCHEMA
STRINGS = {"$ref": "#/$defs/stringArray"}
NAMES = {"$ref": "#/$defs/simpleTypes"}


def _list_or_else(a_list: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """As published, `anyOf`: all mistakes of a list are looked for then, in a time of the square of its length."""
    return {"if": {"type": "array"}, "then": a_list, "else": other}


ANEW = {
    "type": _list_or_else({"items": NAMES, "minItems": 1, "uniqueItems": True}, NAMES),
    "dependencies": {"additionalProperties": _list_or_else(STRINGS, {"$ref": "#"})},
}


def _whole() -> dict[str, Any]:
    parts = [REGISTRY.contents(urljoin(PUBLISHED["$id"], part["$ref"])) for part in PUBLISHED["allOf"]]
    whole: dict[str, Any] = {"type": PUBLISHED["type"], "properties": {}, "$defs": {}}
    for part in (*parts, PUBLISHED):
        for name in ("properties", "$defs"):
            whole[name] |= _within(part.get(name, {}))
    whole["properties"] |= ANEW
    return whole


def _within(part: Any) -> Any:
    """What refers to the meta-schema, or into one of its vocabularies, refers to this one."""
    if isinstance(part, dict):
        if part.get("$dynamicRef") == "#meta":
            return {"$ref": "#"}
        return {name: _within(value) for name, value in part.items()}
    if isinstance(part, list):
        return [_within(each) for each in part]
    return f"#{part.partition('#')[2]}" if isinstance(part, str) and part.startswith("meta/") else part


CHECKER = Draft202012Validator(_whole(), registry=Registry())
