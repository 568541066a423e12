"""What references mean: the object, the row or the part of either that they lead to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tracing import json_text, publishing, tables
from tracing.errors import Missing
from tracing.refs import NotARef, Ref, is_ref
from tracing.visits import Guest, Space

#: A reference may lead to another; a ring of them leads nowhere.
_MOST_HOPS = 20


class Nowhere(Exception):
    """There is nothing where the reference leads."""


def resolve(guest: Guest, uris: Sequence[str]) -> list[Any]:
    """Values in the order of the references; None where there is nothing."""
    spaces: dict[str, Space] = {}
    known: dict[str, Any] = {}
    for uri in dict.fromkeys(uris):
        try:
            known[uri] = _value(guest, spaces, uri, 0)
        except (Nowhere, NotARef, Missing):
            known[uri] = None
    return [known[uri] for uri in uris]


def _value(guest: Guest, spaces: dict[str, Space], uri: str, hops: int) -> Any:
    if hops > _MOST_HOPS:
        raise Nowhere
    ref = Ref.parse(uri)
    if ref.project not in spaces:
        spaces[ref.project] = guest.space(ref.project)
    space = spaces[ref.project]
    value = _whole(space, ref)
    for edge, name in ref.edges:
        if is_ref(value) and edge != "id":
            value = _value(guest, spaces, value, hops + 1)
        value = _row(space, name) if edge == "id" else _part(value, edge, name)
    return value


def _whole(space: Space, ref: Ref) -> Any:
    if ref.kind in ("object", "op"):
        return json_text.load(publishing.find(space, ref.name, ref.version).val)
    if ref.kind == "table":
        return f"weave:///{space.path}/table/{ref.name}"
    raise Nowhere


def _part(value: Any, edge: str, name: str) -> Any:
    if edge == "index" and isinstance(value, list):
        index = int(name) if name.lstrip("-").isdecimal() else len(value)
        if -len(value) <= index < len(value):
            return value[index]
    elif edge in ("attr", "key") and isinstance(value, dict) and name in value:
        return value[name]
    raise Nowhere


def _row(space: Space, digest: str) -> Any:
    """Whatever table it was reached through: the digest says it all."""
    found = tables.values(space, [digest])
    if digest not in found:
        raise Nowhere
    return json_text.load(found[digest])
