"""Whether a text contains another, whatever the case of its letters: SQLite alone knows those of ASCII only."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import BooleanField
from django.db.models.expressions import Expression, Func

Sql = tuple[str, Any]


class ContainsAnyCase(Func):
    output_field = BooleanField()

    def __init__(self, text: Expression, part: str) -> None:
        super().__init__(text)
        self.part = part

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Sql:
        text, given = compiler.compile(self.source_expressions[0])
        return f"({text} REGEXP %s)", [*given, f"(?i){re.escape(self.part)}"]

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Sql:
        text, given = compiler.compile(self.source_expressions[0])
        pattern = re.sub(r"([\\%_])", r"\\\1", self.part)
        return f'(({text}) COLLATE "default" ILIKE %s)', [*given, f"%{pattern}%"]
