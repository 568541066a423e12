"""Columns of what calls were given and gave: the parts of their JSON that a page shows in cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Case, F, TextField, Value, When
from django.db.models.functions import Left
from django.db.models.lookups import LessThanOrEqual

from tracing import json_text
from tracing.errors import Invalid
from tracing.field_paths import split
from tracing.json_values import JsonText
from tracing.models import Call
from tracing.previews import LETTERS, preview
from tracing.sizes import DOCUMENTS, Bytes
from tracing.values import is_custom

#: Columns of a page for which nobody chose any.
MOST_INPUTS, MOST_OUTPUTS = 3, 2
#: Bytes up to which a document is read for a line of a table; of a longer one the database cuts out what is shown.
READABLE = 50_000
#: How deep the fields go that are offered as columns.
DEEPEST = 3
MOST_OFFERED = 200

#: By name; one that is too long to be read for a table is not in it.
Documents = dict[str, Any]


def documents_of(keys: Sequence[int]) -> dict[int, Documents]:
    """Of calls, by their keys."""
    short = [
        Case(When(LessThanOrEqual(Bytes(F(name)), Value(READABLE)), then=F(name)), output_field=TextField())
        for name in DOCUMENTS
    ]
    rows: Iterable[Any] = Call.objects.filter(pk__in=keys).values_list("pk", *short)
    return {
        key: {name: json_text.load(text) for name, text in zip(DOCUMENTS, texts, strict=True) if text is not None}
        for key, *texts in rows
    }


def cells_of(
    keys: Sequence[int], documents: dict[int, Documents], columns: Sequence[str], letters: int = LETTERS
) -> dict[int, list[str]]:
    """A line of text for each column of each call."""
    cells = {key: [preview(value_at(documents.get(key, {}), column), letters) for column in columns] for key in keys}
    for number, column in enumerate(columns):
        document, *path = split(column)
        without = [key for key in keys if document not in documents.get(key, {})]
        for key, text in _cut(without, document, path, letters):
            cells[key][number] = preview(text, letters)
    return cells


def _cut(keys: Sequence[int], document: str, path: Sequence[str], letters: int) -> Iterable[tuple[int, str | None]]:
    """The beginning of what stands there in documents that are not read."""
    if not keys or document not in DOCUMENTS:
        return []
    try:
        text = Left(JsonText(F(document), path), letters + 1)
    except Invalid:
        return []
    return Call.objects.filter(pk__in=keys).values_list("pk", text)


def value_at(documents: Documents, column: str) -> Any:
    value: Any = documents
    for step in split(column):
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict):
            value = value.get(step)
        else:
            return None
    return value


def usual(documents: Iterable[Documents]) -> list[str]:
    """Columns for a page: the outermost members of inputs and output, in the order in which they come."""
    inputs: dict[str, None] = {}
    outputs: dict[str, None] = {}
    for each in documents:
        inputs |= dict.fromkeys(_outermost(each, "inputs"))
        outputs |= dict.fromkeys(_outermost(each, "output"))
    if "output" in outputs and len(outputs) > 1:
        # Some gave a value, others one with members: the whole of it says both.
        outputs = {"output": None}
    return [*list(inputs)[:MOST_INPUTS], *list(outputs)[:MOST_OUTPUTS]]


def offered(documents: Iterable[Documents]) -> list[str]:
    """Fields that can be columns, and conditions: those that are there."""
    found: dict[str, None] = {}
    for each in documents:
        for name in DOCUMENTS:
            found |= dict.fromkeys(_fields(each.get(name), name, 1))
    return sorted(found, key=lambda field: (DOCUMENTS.index(split(field)[0]), field))[:MOST_OFFERED]


def _outermost(documents: Documents, name: str) -> list[str]:
    value = documents.get(name)
    if isinstance(value, dict) and value and not is_custom(value):
        return [joined(name, member) for member in value if member != "self"]
    return [] if value in (None, {}) else [name]


def _fields(value: Any, path: str, depth: int) -> Iterator[str]:
    if isinstance(value, dict) and value and depth <= DEEPEST:
        for name, inner in value.items():
            yield from _fields(inner, joined(path, name), depth + 1)
    elif depth > 1 or path == "output":
        yield path


def joined(path: str, name: str) -> str:
    """As `field_paths.split` reads it."""
    escaped = name.replace("\\", "\\\\").replace(".", "\\.")
    return f"{path}.{escaped}"
