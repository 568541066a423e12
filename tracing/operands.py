"""What conditions compare: fields of rows, and what is written in the condition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import CharField, FloatField
from django.db.models.expressions import Expression
from django.db.models.functions import Cast, Collate

from tracing.errors import Invalid
from tracing.json_values import JsonNumber, JsonText, Number


class Operand:
    def text(self) -> Expression:
        raise Invalid("A time is compared with times.")

    def number(self) -> Expression:
        raise Invalid("A time is compared with times.")


@dataclass(frozen=True)
class Literal(Operand):
    value: Any


@dataclass(frozen=True)
class Json(Operand):
    column: Any
    path: tuple[str, ...]

    def text(self) -> Expression:
        return JsonText(self.column, self.path)

    def number(self) -> Expression:
        return JsonNumber(self.column, self.path)


@dataclass(frozen=True)
class TextColumn(Operand):
    column: Any

    def text(self) -> Expression:
        return self.column  # type: ignore[no-any-return]

    def number(self) -> Expression:
        return Number(self.column)


@dataclass(frozen=True)
class NumberColumn(Operand):
    column: Any

    def text(self) -> Expression:
        return Cast(self.column, CharField())

    def number(self) -> Expression:
        return Cast(self.column, FloatField())


@dataclass(frozen=True)
class Moment(Operand):
    column: Any


@dataclass(frozen=True)
class Converted(Operand):
    """Whatever it is compared with, it is a number, or text."""

    inner: Operand
    to: str

    def text(self) -> Expression:
        return self.inner.text()

    def number(self) -> Expression:
        return self.inner.number()


def ordered(text: Expression) -> Expression:
    """Text that compares by code points on every database."""
    if isinstance(text, JsonText) or connection.vendor != "postgresql":
        return text
    return Collate(text, "C")


def text_of(value: Any) -> str:
    """As the text of a field that has this value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def number_of(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def moment_of(value: Any) -> datetime:
    """Seconds since 1970, or a date and time in ISO 8601."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        moment = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        raise Invalid(f"'{str(value)[:100]}' is no time: send seconds since 1970 or ISO 8601.") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
