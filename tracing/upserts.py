"""Rows written many at once, without the ORM, which costs a call more than parsing it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model


def upsert(model: type[Model], rows: Sequence[dict[str, Any]], *, match: tuple[str, ...], unless: str = "") -> None:
    """Inserts rows, which all have the same columns; one that exists by its `match` columns gets all the others.

    A row whose column `unless` is set stays as it is.
    """
    if not rows:
        return
    columns = tuple(rows[0])
    adapt = [_adapter(model, column) for column in columns]
    values = [[fit(row[column]) for fit, column in zip(adapt, columns, strict=True)] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(_statement(model, columns, match, unless), values)


@cache
def _statement(model: type[Model], columns: tuple[str, ...], match: tuple[str, ...], unless: str) -> str:
    """Names of our own columns alone are in it; columns with a default of the model's get that one."""
    table = model._meta.db_table
    given = ", ".join(columns)
    values = ", ".join(["%s"] * len(columns))
    changed = ", ".join(f"{column} = excluded.{column}" for column in columns if column not in match)
    action = f"UPDATE SET {changed}" if changed else "NOTHING"
    condition = f" WHERE {table}.{unless} IS NULL" if unless and changed else ""
    return f"INSERT INTO {table} ({given}) VALUES ({values}) ON CONFLICT ({', '.join(match)}) DO {action}{condition}"  # noqa: S608


@cache
def _adapter(model: type[Model], column: str) -> Callable[[Any], Any]:
    field: Any = next(field for field in model._meta.concrete_fields if field.column == column)
    if field.get_internal_type() in ("TextField", "CharField", "FloatField", "BigIntegerField", "BooleanField"):
        return lambda value: value
    return lambda value: field.get_db_prep_save(value, connection)
