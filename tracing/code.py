"""The code of ops, as the client publishes it: a file of Python beside what it needs."""

from __future__ import annotations

from typing import Any

from tracing import files, json_text, publishing
from tracing.errors import Missing
from tracing.refs import NotARef, Ref
from tracing.visits import Space

FILE = "obj.py"
#: Letters that a page shows.
MOST = 200_000


def code_of(space: Space, val: Any) -> str:
    """Of an op's value; empty where there is none."""
    digest = val.get("files", {}).get(FILE) if isinstance(val, dict) and isinstance(val.get("files"), dict) else None
    try:
        content = b"".join(files.content(files.find(space, digest))) if isinstance(digest, str) else b""
    except Missing:
        return ""
    return content.decode(errors="replace")[:MOST]


def code_at(space: Space, op_name: str) -> str:
    """Of the version that a call's op refers to, if it is this project's."""
    try:
        ref = Ref.parse(op_name)
        found = publishing.find(space, ref.name, ref.version) if ref.project == space.path else None
    except (NotARef, Missing):
        return ""
    return code_of(space, json_text.load(found.val)) if found else ""
