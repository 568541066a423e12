"""Digests of contents, the same that the client computes: what is the same has the same address, in every project.

References are hashed by the project's ID, which the client learns from /service/projects_info.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any

from tracing.errors import DigestMismatch
from tracing.refs import INTERNAL_SCHEME, SCHEME

#: SHA-256 in base64 without its padding.
LENGTH_OF_DIGEST = 43
#: JSON in strings of JSON is looked into this deep.
_DEEPEST_TEXT = 8

ProjectIds = Callable[[str], str]


def of_bytes(content: bytes) -> str:
    encoded = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode()
    return encoded.replace("-", "X").replace("_", "Y").rstrip("=")


def of_value(value: Any, project_ids: ProjectIds) -> str:
    """Of an object, or of a row of a table."""
    return of_bytes(json.dumps(_internal(value, project_ids, 0), sort_keys=True).encode())


def of_table(row_digests: Iterable[str]) -> str:
    table = hashlib.sha256()
    for digest in row_digests:
        table.update(digest.encode())
    return table.hexdigest()


def check(digest: str, expected: str | None) -> None:
    """Raises DigestMismatch: the client has hashed something else than what we got."""
    if expected and expected != digest:
        raise DigestMismatch(f"The digest is {digest}, not {expected} as expected.")


def _internal(value: Any, project_ids: ProjectIds, depth: int) -> Any:
    if isinstance(value, dict):
        return {key: _internal(item, project_ids, depth) for key, item in value.items()}
    if isinstance(value, list):
        return [_internal(item, project_ids, depth) for item in value]
    if not isinstance(value, str) or SCHEME not in value:
        return value
    if value.startswith(SCHEME):
        return _internal_ref(value, project_ids)
    return _internal_text(value, project_ids, depth)


def _internal_ref(ref: str, project_ids: ProjectIds) -> str:
    parts = ref.removeprefix(SCHEME).split("/", 2)
    if len(parts) != 3:
        return ref
    return f"{INTERNAL_SCHEME}{project_ids(f'{parts[0]}/{parts[1]}')}/{parts[2]}"


def _internal_text(text: str, project_ids: ProjectIds, depth: int) -> str:
    """A string may be JSON that has references in it."""
    if depth >= _DEEPEST_TEXT:
        return text
    try:
        value = json.loads(text)
    except ValueError:
        return text
    converted = _internal(value, project_ids, depth + 1)
    return text if converted == value else json.dumps(converted)
