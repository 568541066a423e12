"""A condition of a person's on one field, in the query language that programs use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tracing.call_fields import CallFields
from tracing.errors import Invalid
from tracing.expressions import condition
from tracing.operands import Moment, number_of

Expression = dict[str, Any]

OPERATORS = {
    "contains": "contains",
    "equals": "equals",
    "in": "is one of",
    "=": "=",
    "!=": "≠",
    "<": "<",
    "<=": "≤",
    ">": ">",
    ">=": "≥",
    "empty": "is empty",
    "some": "is not empty",
}
#: Those that say all by themselves.
ALONE = ("empty", "some")


@dataclass(frozen=True, slots=True)
class Condition:
    field: str
    operator: str
    value: str

    @property
    def needs_value(self) -> bool:
        return self.operator not in ALONE

    @property
    def sentence(self) -> str:
        return f"{self.field} {OPERATORS[self.operator]} {self.value if self.needs_value else ''}".strip()

    def expression(self, fields: CallFields) -> Expression:
        """Raises Invalid, with a sentence for people."""
        made = self._made(fields)
        try:
            condition(made, fields)
        except Invalid as invalid:
            raise Invalid(f"“{self.sentence}” cannot be looked for. {invalid.message}") from None
        return {"$not": [made]} if self.operator in ("!=", "some") else made

    def _made(self, fields: CallFields) -> Expression:
        field = {"$getField": self.field}
        match self.operator:
            case "contains":
                return {"$contains": {"input": field, "substr": {"$literal": self.value}, "case_insensitive": True}}
            case "equals":
                return {"$eq": [field, {"$literal": self.value}]}
            case "in":
                return {"$in": [field, [{"$literal": part} for part in self._parts()]]}
            case "empty" | "some":
                return {"$eq": [field, {"$literal": ""}]}
            case _:
                return {_COMPARISONS[self.operator]: [field, {"$literal": self._measure(fields)}]}

    def _parts(self) -> list[str]:
        parts = [part.strip() for part in self.value.split(",") if part.strip()]
        if not parts:
            raise Invalid("“is one of” takes values between commas.")
        return parts

    def _measure(self, fields: CallFields) -> float | str:
        """What a time is compared with is a time, anything else a number."""
        if isinstance(fields(self.field), Moment):
            return self.value
        number = number_of(self.value)
        if number is None:
            raise Invalid(f"“{self.value[:100]}” is no number: compare text with “equals” or “contains”.")
        return number


_COMPARISONS = {"=": "$eq", "!=": "$eq", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}
