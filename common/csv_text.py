"""Lines as CSV, which a spreadsheet may open: nothing in it runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

MEDIA_TYPE = "text/csv; charset=utf-8"
#: What a spreadsheet would run as a formula when it comes first in a cell.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def written(lines: Iterable[Iterable[Any]]) -> str:
    file = io.StringIO()
    csv.writer(file).writerows([_safe(cell) for cell in line] for line in lines)
    return file.getvalue()


def _safe(cell: Any) -> Any:
    """An apostrophe before what came from outside tells a spreadsheet that it is text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(DANGEROUS) else cell
