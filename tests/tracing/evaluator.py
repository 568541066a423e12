"""The query language once more, over Python's values: what the databases must agree with."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable
from typing import Any

NUMERIC = re.compile(r"-?[0-9]{1,200}(\.[0-9]{1,200})?([eE][+-]?[0-9]{1,2})?\Z")
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "$eq": operator.eq,
    "$gt": operator.gt,
    "$gte": operator.ge,
    "$lt": operator.lt,
    "$lte": operator.le,
}


def matches(expression: dict[str, Any], document: Any) -> bool:
    [(name, given)] = expression.items()
    if name == "$and":
        return all(matches(part, document) for part in given)
    if name == "$or":
        return any(matches(part, document) for part in given)
    if name == "$not":
        return not matches(given[0], document)
    if name == "$in":
        return any(compared("$eq", value(given[0], document), item["$literal"]) for item in given[1])
    if name == "$contains":
        text, part = text_of(value(given["input"], document)), given["substr"]["$literal"]
        if given.get("case_insensitive"):
            return text is not None and part.lower() in text.lower()
        return text is not None and part in text
    return compared(name, value(given[0], document), given[1]["$literal"])


def value(expression: dict[str, Any], document: Any) -> Any:
    for part in expression["$getField"].split(".")[1:]:
        if isinstance(document, list) and part.isdecimal():
            document = document[int(part)] if int(part) < len(document) else None
        else:
            document = document.get(part) if isinstance(document, dict) else None
    return document


def compared(name: str, field: Any, literal: Any) -> bool:
    """The literal says what the field is read as."""
    text = text_of(field)
    if literal is None:
        return name == "$eq" and text is None
    if literal == "" and name == "$eq":
        return text in (None, "")
    if isinstance(literal, bool):
        literal = "true" if literal else "false"
    if isinstance(literal, str):
        return text is not None and OPERATORS[name](text, literal)
    number = number_of(field)
    return number is not None and OPERATORS[name](number, float(literal))


def text_of(field: Any) -> str | None:
    if field is None or isinstance(field, str):
        return field
    return json.dumps(field, ensure_ascii=False, separators=(",", ":"))


def number_of(field: Any) -> float | None:
    if isinstance(field, bool):
        return None
    if isinstance(field, int | float):
        return float(field)
    return float(field) if isinstance(field, str) and NUMERIC.match(field) else None
