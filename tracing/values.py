"""Any JSON value, as a page shows it: a tree as large as can be read, whose rest is asked for when it is wanted.

A page shows the root of `tree(value, source)` with templates/tracing/_value.html. What was left out is asked for at
`source`, which says where the value is kept.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, cast
from urllib.parse import urlencode

from django.urls import reverse

from tracing import links, media
from tracing.refs import is_ref

#: Of a container, of a text, and in all: what is shown before more is asked for.
MEMBERS = 50
LETTERS = 1_000
NODES = 150
#: As far as the images of a chat: messages, one of them, its content, a part, its image, the address.
DEPTH = 6
#: Letters that are brought when more are asked for.
PIECE = 100_000

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value is kept: `call` by ID and part, `object` by "name:version", `row` by digest, `feedback` by ID."""

    project: str
    of: str
    id: str
    part: str = ""

    def address(self, path: Path = (), **more: Any) -> str:
        team, _, slug = self.project.partition("/")
        asked = {"of": self.of, "id": self.id, "part": self.part, "path": json.dumps(path), **more}
        return f"{reverse('value', args=[team, slug])}?{urlencode(asked)}"


@dataclass(slots=True)
class Node:
    source: Source
    path: Path
    value: Any
    #: object, list, text, ref, media, files, number or word.
    kind: str
    members: list[Node] = field(default_factory=list)
    #: Whether its members are here, at least the first.
    is_read: bool = False
    files: list[Shown] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.path[-1]) if self.path else ""

    @property
    def is_container(self) -> bool:
        return self.kind in ("object", "list")

    @property
    def about(self) -> str:
        """Of a container, closed."""
        size = len(self.value)
        if self.kind == "list":
            return f"{size:,} item{'' if size == 1 else 's'}"
        named = self.value.get("_class_name")
        return f"{named}, " * isinstance(named, str) + f"{size:,} member{'' if size == 1 else 's'}"

    @property
    def text(self) -> str:
        if isinstance(self.value, str):
            return self.value[:LETTERS]
        return json.dumps(self.value)[:LETTERS]

    @property
    def more(self) -> More | None:
        if self.is_container:
            return more(self.source, self.path, len(self.members), len(self.value), MEMBERS) if self.is_read else None
        return more(self.source, self.path, LETTERS, len(self.value), PIECE) if isinstance(self.value, str) else None

    @property
    def address(self) -> str:
        return self.source.address(self.path)

    @property
    def url(self) -> str:
        """Of what a reference refers to, or of the content that a text holds."""
        return links.page_of(self.value) if self.kind == "ref" else self.source.address(self.path, content=1)

    @property
    def short(self) -> str:
        return links.short(self.value)

    @property
    def media_type(self) -> str:
        return media.in_text(self.value)


@dataclass(slots=True)
class Shown:
    """A file of a value."""

    name: str
    digest: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class More:
    url: str
    shown: int
    size: int


def more(source: Source, path: Path, shown: int, size: int, piece: int) -> More | None:
    return More(source.address(path, start=shown), min(piece, size - shown), size) if shown < size else None


def tree(value: Any, source: Source, path: Path = (), start: int = 0) -> Node:
    """With as many of its parts as can be read at once, outermost first; of its own members those from `start`."""
    root = _node(value, source, path)
    waiting, count = deque([(root, 0)]), 1
    while waiting:
        node, depth = waiting.popleft()
        if not node.is_container or depth >= DEPTH or (count >= NODES and depth):
            continue
        node.members = list(_members(node, 0 if depth else start))
        node.is_read = True
        count += len(node.members)
        waiting.extend((member, depth + 1) for member in node.members)
    return root


def at(value: Any, path: Sequence[str | int]) -> Any:
    """Raises LookupError where there is nothing."""
    for step in path:
        if not isinstance(value, dict if isinstance(step, str) else list):
            raise LookupError
        value = cast("Any", value)[step]
    return value


def nodes(root: Node) -> Iterator[Node]:
    yield root
    for member in root.members:
        yield from nodes(member)


def _members(node: Node, start: int) -> Iterator[Node]:
    named: Iterable[tuple[str | int, Any]] = (
        node.value.items() if node.kind == "object" else enumerate(node.value[start : start + MEMBERS], start)
    )
    first = start if node.kind == "object" else 0
    for name, value in islice(named, first, first + MEMBERS):
        yield _node(value, node.source, (*node.path, name))


def _node(value: Any, source: Source, path: Path) -> Node:
    value = moment_in(value) or value
    node = Node(source, path, value, _kind(value))
    if node.kind == "files":
        node.files = [Shown(name, digest) for name, digest in value["files"].items() if isinstance(digest, str)]
    return node


def moment_in(value: Any) -> str:
    """A time, which the client sends in an object of four members; empty for anything else."""
    if not isinstance(value, dict) or value.get("weave_type") != {"type": "datetime.datetime"}:
        return ""
    said = value.get("val")
    return said if isinstance(said, str) and len(said) < LETTERS else ""


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "files" if _has_files(value) else "object"
    if isinstance(value, list):
        return "list"
    if isinstance(value, str):
        return "ref" if is_ref(value) else "media" if media.in_text(value) else "text"
    return "word" if value is None or isinstance(value, bool) else "number"


def is_custom(value: Any) -> bool:
    """One thing, whatever its members: the client sends so what JSON has no word for."""
    return isinstance(value, dict) and value.get("_type") == "CustomWeaveType"


def _has_files(value: dict[str, Any]) -> bool:
    """As the client sends images, audio and the like."""
    return is_custom(value) and isinstance(value.get("files"), dict)
