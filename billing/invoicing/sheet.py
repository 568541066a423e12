"""The lines of an invoice as CSV, with every amount exactly and as it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from billing.models import InvoiceLine
from common import csv_text
from common.money import PICO

HEAD = (
    "position", "kind", "title", "month_utc", "project", "model", "requests", "errors", "input_tokens",
    "cached_input_tokens", "output_tokens", "exact_usd", "usd",
)  # fmt: skip
COUNTS = ("requests", "errors", "prompt_tokens", "cached_tokens", "completion_tokens")


def written(lines: Iterable[InvoiceLine]) -> str:
    return csv_text.written([HEAD, *map(_row, lines)])


def _row(line: InvoiceLine) -> Iterator[Any]:
    yield from (line.position, line.kind, line.title, line.month.strftime("%Y-%m") if line.month else "")
    yield from (line.project, line.model)
    is_usage = line.kind == InvoiceLine.Kind.USAGE
    yield from (getattr(line, name) if is_usage else "" for name in COUNTS)
    # Numbers and not texts: what begins with a minus would be taken for a formula.
    yield Decimal(line.amount).scaleb(-12).quantize(Decimal(1) / PICO)
    yield Decimal(line.cents).scaleb(-2)
