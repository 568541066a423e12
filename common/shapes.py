"""Shapes that JSON values must have. One description checks a request, in microseconds, and documents it.

A check raises Misfit with a sentence; every container on the way out adds where it was, so what fits costs no path.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Schema = dict[str, Any]


class Misfit(Exception):
    """`what` is the end of a sentence that begins with the parameter's name."""

    def __init__(self, what: str, code: str = "invalid_type") -> None:
        super().__init__(what)
        self.what = what
        self.code = code
        #: Names and indexes, innermost first.
        self.steps: list[str | int] = []

    @property
    def path(self) -> str:
        steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in reversed(self.steps)]
        return "".join(steps).removeprefix(".")


class Shape(Protocol):
    def check(self, value: Any) -> None: ...

    def schema(self) -> Schema:
        """As JSON Schema 2020-12."""


@dataclass(frozen=True, slots=True)
class Text:
    least: int = 0
    about: str = ""

    def check(self, value: Any) -> None:
        if not isinstance(value, str):
            raise Misfit("must be text")
        if len(value) < self.least:
            raise Misfit("must not be empty", "invalid_value")

    def schema(self) -> Schema:
        return described({"type": "string"} | ({"minLength": self.least} if self.least else {}), self.about)


@dataclass(frozen=True, slots=True)
class Flag:
    about: str = ""

    def check(self, value: Any) -> None:
        if value is not True and value is not False:
            raise Misfit("must be true or false")

    def schema(self) -> Schema:
        return described({"type": "boolean"}, self.about)


@dataclass(frozen=True, slots=True)
class Whole:
    least: int
    most: int
    about: str = ""

    def check(self, value: Any) -> None:
        if type(value) is not int:
            raise Misfit("must be a whole number")
        if not self.least <= value <= self.most:
            raise Misfit(f"must be between {self.least} and {self.most}", "invalid_value")

    def schema(self) -> Schema:
        return described({"type": "integer", "minimum": self.least, "maximum": self.most}, self.about)


@dataclass(frozen=True, slots=True)
class Number:
    least: float
    most: float
    about: str = ""

    def check(self, value: Any) -> None:
        if type(value) is not float and type(value) is not int:
            raise Misfit("must be a number")
        if not self.least <= value <= self.most:
            raise Misfit(f"must be between {self.least:g} and {self.most:g}", "invalid_value")

    def schema(self) -> Schema:
        return described({"type": "number", "minimum": self.least, "maximum": self.most}, self.about)


@dataclass(frozen=True, slots=True)
class OneOf:
    words: tuple[str, ...]
    about: str = ""

    def check(self, value: Any) -> None:
        if not isinstance(value, str):
            raise Misfit("must be text")
        if value not in self.words:
            raise Misfit(f"must be one of {', '.join(self.words)}", "invalid_value")

    def schema(self) -> Schema:
        return described({"type": "string", "enum": list(self.words)}, self.about)


@dataclass(frozen=True, slots=True)
class ListOf:
    item: Shape
    least: int = 0
    most: int | None = None
    about: str = ""

    def check(self, value: Any) -> None:
        if not isinstance(value, list):
            raise Misfit("must be a list")
        if len(value) < self.least:
            raise Misfit(f"must have at least {self.least} item{'s' if self.least > 1 else ''}", "invalid_value")
        if self.most is not None and len(value) > self.most:
            raise Misfit(f"must have at most {self.most} items", "invalid_value")
        for index, item in enumerate(value):
            try:
                self.item.check(item)
            except Misfit as misfit:
                misfit.steps.append(index)
                raise

    def schema(self) -> Schema:
        bounds = {"minItems": self.least or None, "maxItems": self.most}
        own = {"type": "array", "items": self.item.schema()}
        return described(own | {name: bound for name, bound in bounds.items() if bound is not None}, self.about)


@dataclass(frozen=True, slots=True)
class TextOr:
    """Text, or something with more parts to it."""

    other: ListOf | Members
    about: str = ""

    def check(self, value: Any) -> None:
        if isinstance(value, str):
            return
        if not isinstance(value, dict if isinstance(self.other, Members) else list):
            raise Misfit(f"must be text or {'an object' if isinstance(self.other, Members) else 'a list'}")
        self.other.check(value)

    def schema(self) -> Schema:
        return described({"anyOf": [{"type": "string"}, self.other.schema()]}, self.about)


@dataclass(frozen=True, slots=True)
class Members:
    """An object. Members that are not known are let through; null is the same as not being there."""

    known: Mapping[str, Shape] = field(default_factory=dict)
    required: Sequence[str] = ()
    #: The member that says which others are needed: ("type", {"text": "text"}).
    needs: tuple[str, Mapping[str, str]] | None = None
    #: Of every member that is not known.
    others: Shape | None = None
    most: int | None = None
    about: str = ""

    def check(self, value: Any) -> None:
        if not isinstance(value, dict):
            raise Misfit("must be an object")
        if self.most is not None and len(value) > self.most:
            raise Misfit(f"must have at most {self.most} members", "invalid_value")
        for name, member in value.items():
            shape = self.known.get(name, self.others)
            if shape is not None and member is not None:
                try:
                    shape.check(member)
                except Misfit as misfit:
                    misfit.steps.append(name)
                    raise
        for name in self.required:
            if value.get(name) is None:
                raise _missing(name)
        self._check_needs(value)

    def _check_needs(self, value: dict[str, Any]) -> None:
        if self.needs is None:
            return
        by, needs = self.needs
        needed = needs.get(value.get(by, ""))
        if needed is not None and value.get(needed) is None:
            raise _missing(needed)

    def schema(self) -> Schema:
        members = {name: self._optional(name, shape.schema()) for name, shape in self.known.items()}
        own: Schema = {"type": "object", "properties": members} if members else {"type": "object"}
        if self.required:
            own["required"] = list(self.required)
        if self.others is not None:
            own["additionalProperties"] = self.others.schema()
        if self.most is not None:
            own["maxProperties"] = self.most
        if self.needs is not None:
            own["allOf"] = [_needing(self.needs[0], word, needed, members) for word, needed in self.needs[1].items()]
        return described(own, self.about)

    def _optional(self, name: str, schema: Schema) -> Schema:
        if name in self.required:
            return schema
        if isinstance(schema.get("type"), str) and "enum" not in schema:
            return schema | {"type": [schema["type"], "null"]}
        kinds = schema.pop("anyOf", None) or [schema]
        return {"anyOf": [*kinds, {"type": "null"}]} | (schema if kinds[0] is not schema else {})


def _missing(name: str) -> Misfit:
    misfit = Misfit("is required", "missing_required_parameter")
    misfit.steps.append(name)
    return misfit


def _needing(by: str, word: str, needed: str, members: Mapping[str, Schema]) -> Schema:
    there = {"not": {"type": "null"}} if needed in members else {}
    then = {"required": [needed], "properties": {needed: there}}
    return {"if": {"properties": {by: {"const": word}}, "required": [by]}, "then": then}


def described(schema: Schema, about: str) -> Schema:
    return schema | {"description": about} if about else schema
