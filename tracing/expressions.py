"""Conditions of the query language, which looks like MongoDB's, as conditions of the database.

    {"$and": [{"$eq": [{"$getField": "inputs.question"}, {"$literal": "?"}]}, {"$not": [...]}]}

What is written in a condition says what a field is read as: beside a number the field is a number, beside a string it
is text. What a field is not, or does not have, matches nothing; "not" of that matches.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import BooleanField, Case, Q, Value, When
from django.db.models.expressions import Expression
from django.db.models.functions import StrIndex
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    IsNull,
    LessThan,
    LessThanOrEqual,
)

from tracing.errors import Invalid
from tracing.operands import Converted, Literal, Moment, Operand, moment_of, number_of, ordered, text_of
from tracing.text_search import ContainsAnyCase

Fields = Callable[[str], Operand]

_COMPARISONS: dict[str, Any] = {
    "$eq": Exact,
    "$gt": GreaterThan,
    "$gte": GreaterThanOrEqual,
    "$lt": LessThan,
    "$lte": LessThanOrEqual,
}
_IN_PYTHON: dict[str, Callable[[Any, Any], bool]] = {
    "$eq": operator.eq,
    "$gt": operator.gt,
    "$gte": operator.ge,
    "$lt": operator.lt,
    "$lte": operator.le,
}
_MIRRORED = {"$eq": "$eq", "$gt": "$lt", "$gte": "$lte", "$lt": "$gt", "$lte": "$gte"}
#: SQLite reads expressions a thousand deep, and each part of a long "or" stands one deeper than the part before.
MOST_CONDITIONS = 500
_DEEPEST = 32


def condition(expression: Any, fields: Fields) -> Q:
    """Raises Invalid, which names what is not understood."""
    if _size(expression) > MOST_CONDITIONS:
        raise Invalid(f"A query may have {MOST_CONDITIONS} conditions.")
    return _condition(expression, fields)


def _size(expression: Any, depth: int = 0) -> int:
    """How many comparisons it becomes. Raises Invalid where it is nested too deep to be read."""
    name, given = _only(expression)
    if depth > _DEEPEST:
        raise Invalid(f"Conditions may be nested {_DEEPEST} deep.")
    if name in ("$and", "$or", "$not"):
        return sum(_size(part, depth + 1) for part in _list(given))
    return 1 + sum(not _is_text(item) for item in _list(_two(given)[1])) if name == "$in" else 1


def _is_text(item: Any) -> bool:
    return isinstance(item, Mapping) and isinstance(item.get("$literal"), str)


def _condition(expression: Any, fields: Fields) -> Q:
    name, given = _only(expression)
    if name in ("$and", "$or"):
        return _joined(name, [_condition(part, fields) for part in _list(given)])
    if name == "$not":
        inner = _joined("$and", [_condition(part, fields) for part in _list(given)])
        return Q(_is(inner, then=False, otherwise=True))
    if name in _COMPARISONS:
        left, right = _two(given)
        return _compared(name, operand(left, fields), operand(right, fields))
    if name == "$in":
        left, right = _two(given)
        return _among(operand(left, fields), [operand(item, fields) for item in _list(right)])
    if name == "$contains":
        return _containing(given, fields)
    raise Invalid(f"'{name[:50]}' is no condition that Lineup understands.")


def operand(expression: Any, fields: Fields) -> Operand:
    name, given = _only(expression)
    if name == "$getField":
        return fields(str(given))
    if name == "$literal":
        return Literal(given)
    if name == "$convert" and isinstance(given, Mapping) and given.get("to") in ("double", "int", "string"):
        inner = operand(given.get("input"), fields)
        if not isinstance(inner, Literal):
            return Converted(inner, given["to"])
        return Literal(text_of(inner.value) if given["to"] == "string" else number_of(inner.value))
    if name == "$convert" and isinstance(given, Mapping) and given.get("to") in ("bool", "exists"):
        return Converted(operand(given.get("input"), fields), given["to"])
    raise Invalid(f"'{name[:50]}' is nothing that can be compared.")


def _compared(name: str, left: Operand, right: Operand) -> Q:
    if isinstance(left, Literal) and isinstance(right, Literal):
        return _constant(name, left.value, right.value)
    if isinstance(left, Literal):
        left, right, name = right, left, _MIRRORED[name]
    if isinstance(left, Converted) and left.to == "exists":
        return _existing(name, left.inner, right)
    if isinstance(left, Moment):
        return _timed(name, left, right)
    if isinstance(right, Literal):
        return _with_literal(name, left, right.value)
    return _of_fields(name, left, right)


def _with_literal(name: str, field: Operand, value: Any) -> Q:
    if isinstance(value, list | dict):
        raise Invalid("A condition compares with strings, numbers, true, false and null.")
    if isinstance(field, Converted) and field.to in ("double", "int"):
        value = number_of(value)
    elif isinstance(field, Converted) and field.to == "string" and value is not None:
        value = text_of(value)
    if value is None or (value == "" and name == "$eq"):
        absent = Q(IsNull(field.text(), True)) | Q(Exact(field.text(), Value("")))
        return absent if value == "" else Q(IsNull(field.text(), True)) if name == "$eq" else _never()
    if isinstance(value, bool | str):
        text = field.text() if name == "$eq" else ordered(field.text())
        return Q(_COMPARISONS[name](text, Value(text_of(value))))
    return Q(_COMPARISONS[name](field.number(), Value(float(value))))


def _of_fields(name: str, left: Operand, right: Operand) -> Q:
    """As numbers where both are, else as text."""
    if isinstance(right, Moment):
        raise Invalid("A time is compared with times.")
    compare = _COMPARISONS[name]
    numbers = Q(IsNull(left.number(), False)) & Q(IsNull(right.number(), False))
    by_number = Q(compare(left.number(), right.number()))
    return (numbers & by_number) | (
        Q(_is(numbers, then=False, otherwise=True)) & Q(compare(ordered(left.text()), ordered(right.text())))
    )


def _timed(name: str, field: Moment, other: Operand) -> Q:
    if isinstance(other, Moment):
        return Q(_COMPARISONS[name](field.column, other.column))
    if not isinstance(other, Literal):
        raise Invalid("A time is compared with times.")
    if other.value in (None, ""):
        return Q(IsNull(field.column, True)) if name == "$eq" else _never()
    return Q(_COMPARISONS[name](field.column, Value(moment_of(other.value))))


def _existing(name: str, field: Operand, other: Operand) -> Q:
    if name != "$eq" or not isinstance(other, Literal) or not isinstance(other.value, bool):
        raise Invalid("'exists' is compared with true or false by '$eq'.")
    return Q(IsNull(field.column if isinstance(field, Moment) else field.text(), not other.value))


def _among(field: Operand, others: list[Operand]) -> Q:
    """All strings at once, for the index; the rest one by one."""
    plain = not isinstance(field, Literal | Moment | Converted)
    at_once: list[str] = []
    rest: list[Operand] = []
    for other in others:
        if plain and isinstance(other, Literal) and isinstance(other.value, str) and other.value:
            at_once.append(other.value)
        else:
            rest.append(other)
    if len(rest) > MOST_CONDITIONS:
        raise Invalid(f"Only of texts '$in' may list more than {MOST_CONDITIONS}.")
    found = Q(In(field.text(), at_once)) if at_once else _never()
    for other in rest:
        found |= _compared("$eq", field, other)
    return found


def _containing(given: Any, fields: Fields) -> Q:
    if not isinstance(given, Mapping):
        raise Invalid("'$contains' takes 'input' and 'substr'.")
    where, what = operand(given.get("input"), fields), operand(given.get("substr"), fields)
    if not isinstance(what, Literal) or isinstance(where, Literal):
        raise Invalid("'$contains' looks for a literal in a field.")
    text, part = where.text(), text_of(what.value)
    if given.get("case_insensitive"):
        return Q(ContainsAnyCase(text, part))
    return Q(GreaterThan(StrIndex(text, Value(part)), Value(0)))


def _constant(name: str, left: Any, right: Any) -> Q:
    try:
        return Q(Value(_IN_PYTHON[name](left, right), output_field=BooleanField()))
    except TypeError:
        return _never()


def _joined(name: str, parts: list[Q]) -> Q:
    if not parts:
        raise Invalid(f"'{name}' takes a list of conditions.")
    joined = parts[0]
    for part in parts[1:]:
        joined = joined & part if name == "$and" else joined | part
    return joined


def _is(inner: Q, *, then: bool, otherwise: bool) -> Expression:
    """Two-valued: what the database does not know is not so."""
    return Case(When(inner, then=Value(then)), default=Value(otherwise), output_field=BooleanField())


def _never() -> Q:
    return Q(Value(False, output_field=BooleanField()))


def _only(expression: Any) -> tuple[str, Any]:
    if not isinstance(expression, Mapping) or len(expression) != 1:
        raise Invalid('An expression is an object with one member, such as {"$eq": […]}.')
    name, given = next(iter(expression.items()))
    return str(name), given


def _list(given: Any) -> list[Any]:
    if not isinstance(given, list):
        raise Invalid("A list of expressions was expected.")
    return given


def _two(given: Any) -> tuple[Any, Any]:
    pair = _list(given)
    if len(pair) != 2:
        raise Invalid("A comparison has two sides.")
    return pair[0], pair[1]
