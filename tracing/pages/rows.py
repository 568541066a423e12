"""The rows of a dataset, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracing import json_text, tables
from tracing.errors import Missing
from tracing.previews import preview
from tracing.refs import NotARef, Ref
from tracing.values import Source
from tracing.visits import Space

PAGE = 50
COLUMNS = 12


@dataclass(frozen=True, slots=True)
class ShownRow:
    number: int
    digest: str
    cells: tuple[str, ...]
    #: Of all of it.
    url: str


@dataclass(frozen=True, slots=True)
class Rows:
    count: int
    first: int
    columns: tuple[str, ...]
    rows: tuple[ShownRow, ...]

    @property
    def last(self) -> int:
        return self.first + len(self.rows)

    @property
    def earlier(self) -> int | None:
        return max(0, self.first - PAGE) if self.first else None

    @property
    def later(self) -> int | None:
        return self.last if self.last < self.count else None


def rows_of(space: Space, val: Any, asked: Mapping[str, str]) -> Rows | None:
    """Of an object whose member `rows` refers to a table of this project."""
    try:
        ref = Ref.parse(str(val.get("rows"))) if isinstance(val, dict) else None
        if ref is None or ref.kind != "table" or ref.project != space.path:
            return None
        return _page(space, ref.name, asked.get("row", ""))
    except (NotARef, Missing):
        return None


def _page(space: Space, table: str, asked: str) -> Rows:
    count = tables.length(space, table)
    first = min(int(asked), max(0, count - 1)) if asked.isdecimal() and len(asked) < 10 else 0
    here = tables.page(space, table, first, PAGE)
    texts = tables.values(space, here)
    values = [json_text.load(texts[digest]) for digest in here]
    columns = tuple(dict.fromkeys(name for value in values for name in value))[:COLUMNS]
    shown = (
        ShownRow(
            number,
            digest,
            tuple(preview(value[name]) if name in value else "" for name in columns),
            Source(space.path, "row", digest).address(),
        )
        for number, (digest, value) in enumerate(zip(here, values, strict=True), first)
    )
    return Rows(count, first, columns, tuple(shown))
