"""JSON values in text columns.

Neither database has a type for them that gives back what it was given: PostgreSQL's jsonb sorts the members of an
object and has no NUL, SQLite has none. Text is written without parsing it once more, and read out again as it stands;
conditions look into it with the JSON functions of the database (tracing/json_values.py).
"""

from __future__ import annotations

import re
from typing import Any

from pydantic_core import from_json, to_json

#: NUL, escaped: an even number of backslashes before it are backslashes.
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def dump(value: Any) -> str:
    """Compact, members in their order, what is no number as null."""
    text = to_json(value, inf_nan_mode="null").decode()
    return _NUL.sub("\\1\ufffd", text) if "\\u0000" in text else text


def load(text: str) -> Any:
    return from_json(text)
