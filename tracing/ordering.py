"""Orders of a request, as orders of the database: numbers before text before nothing, whichever way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models.expressions import OrderBy

from tracing.expressions import Fields
from tracing.operands import Json
from tracing.shapes import Sort


def orders(sort_by: Sequence[Sort], fields: Fields) -> list[OrderBy]:
    return [order for sort in sort_by for order in _orders(sort, fields)]


def _orders(sort: Sort, fields: Fields) -> list[OrderBy]:
    field: Any = fields(sort.field)
    keys = [field.number(), field.text()] if isinstance(field, Json) else [field.column]
    # The start of a call, which is always known, is sorted by an index that says nothing of what is not.
    nulls_last = None if sort.field in ("started_at", "created_at") else True
    return [OrderBy(key, descending=sort.direction == "desc", nulls_last=nulls_last) for key in keys]
