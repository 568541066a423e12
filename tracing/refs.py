"""References: `weave:///<team>/<project>/<kind>/<name>:<digest>/<edge>/<value>…`, kept as they were written.

Teams and projects keep their names, so a reference that was true stays true.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

SCHEME = "weave:///"
INTERNAL_SCHEME = "weave-trace-internal:///"


class NotARef(ValueError):
    pass


@dataclass(frozen=True, slots=True)
class Ref:
    project: str
    #: object, op, call, table, …
    kind: str
    name: str
    version: str
    #: What to look up in the object, step by step: `attr`, `key`, `index` or `id`, and which.
    edges: tuple[tuple[str, str], ...]

    @classmethod
    def parse(cls, uri: str) -> Ref:
        parts = uri.removeprefix(SCHEME).split("/")
        if not uri.startswith(SCHEME) or len(parts) < 4:
            raise NotARef(f"'{uri[:200]}' is no reference to something of Weave.")
        team, project, kind, named, *rest = parts
        name, _, version = named.partition(":")
        values = [unquote(part) for part in rest if part]
        if len(values) % 2:
            raise NotARef(f"'{uri[:200]}' has an edge without a value.")
        edges = tuple(zip(values[::2], values[1::2], strict=True))
        return cls(f"{team}/{project}", kind, name, version, edges)


def is_ref(value: object) -> bool:
    return isinstance(value, str) and value.startswith(SCHEME)


def op_of(op_name: str) -> str:
    """The name of an op, of a reference to one of its versions or of itself."""
    if not op_name.startswith(SCHEME):
        return op_name[:256]
    return op_name.rpartition("/op/")[2].partition(":")[0][:256]
