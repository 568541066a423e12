"""What stands at a path in a JSON text, as the database reads it: as text, or as a number.

Text is a string's own, and of anything else its JSON; nothing and null are NULL. Paths are parameters, never SQL. A
part of digits is an index of a list or a member's name, whichever is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

from django.db.models import FloatField, TextField
from django.db.models.expressions import Func

from tracing.errors import Invalid

Sql = tuple[str, Any]

#: Numbers in strings count as numbers; longer ones than these may not fit into one.
NUMERIC = r"\A-?[0-9]{1,200}(\.[0-9]{1,200})?([eE][+-]?[0-9]{1,2})?\Z"
_MOST_INDEXES = 4


class _AtPath(Func):
    def __init__(self, column: Any, path: Sequence[str]) -> None:
        super().__init__(column)
        self.path = tuple(path)
        # The same paths are refused whatever the database.
        sqlite_paths(self.path)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Sql:
        column, given = compiler.compile(self.source_expressions[0])
        return f'(({column})::json #>> %s::text[]) COLLATE "C"', [*given, list(self.path)]


class JsonText(_AtPath):
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Sql:
        column, given = compiler.compile(self.source_expressions[0])
        one = (
            f"CASE json_type({column}, %s) WHEN 'text' THEN json_extract({column}, %s) "
            f"WHEN 'null' THEN NULL ELSE {column} -> %s END"
        )
        return _either(one, [[*given, path] * 3 for path in sqlite_paths(self.path)])


class JsonNumber(_AtPath):
    output_field = FloatField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Sql:
        column, given = compiler.compile(self.source_expressions[0])
        value = f"json_extract({column}, %s)"
        one = (
            f"CASE json_type({column}, %s) WHEN 'integer' THEN CAST({value} AS REAL) WHEN 'real' THEN {value} "
            f"WHEN 'text' THEN CASE WHEN {value} REGEXP %s THEN CAST({value} AS REAL) END END"
        )
        variants = [[*given, path] * 4 + [NUMERIC] + [*given, path] for path in sqlite_paths(self.path)]
        return _either(one, variants)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Sql:
        text, given = super().as_postgresql(compiler, connection, **context)
        return f"CASE WHEN {text} ~ %s THEN ({text})::double precision END", [*given, NUMERIC, *given]


class Number(Func):
    """Of a text column."""

    output_field = FloatField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Sql:
        text, given = compiler.compile(self.source_expressions[0])
        return f"CASE WHEN {text} REGEXP %s THEN CAST({text} AS REAL) END", [*given, NUMERIC, *given]

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Sql:
        text, given = compiler.compile(self.source_expressions[0])
        return f"CASE WHEN {text} ~ %s THEN ({text})::double precision END", [*given, NUMERIC, *given]


def sqlite_paths(path: Sequence[str]) -> list[str]:
    """As SQLite writes them, which has no way to quote a quotation mark."""
    if any(mark in part for part in path for mark in ('"', "\\", "\0")):
        raise Invalid("Members whose names have quotation marks, backslashes or NUL cannot be looked into.")
    if sum(part.isdecimal() for part in path) > _MOST_INDEXES:
        raise Invalid(f"At most {_MOST_INDEXES} indexes may stand in a path.")
    steps = [[f"[{int(part)}]", f'."{part}"'] if part.isdecimal() else [f'."{part}"'] for part in path]
    return ["$" + "".join(variant) for variant in product(*steps)]


def _either(one: str, variants: list[list[Any]]) -> Sql:
    parameters = [value for variant in variants for value in variant]
    if len(variants) == 1:
        return f"({one})", parameters
    return f"COALESCE({', '.join(f'({one})' for _ in variants)})", parameters
