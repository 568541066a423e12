"""Values of rows as trees for a page, with what their files are."""

from __future__ import annotations

from typing import Any

from tracing import files, json_text, media, publishing, tables
from tracing.errors import Missing
from tracing.models import Call, Feedback
from tracing.values import Node, Path, Source, nodes, tree
from tracing.visits import Space

#: Parts of calls that are JSON.
PARTS = ("inputs", "output", "attributes", "summary")


def shown(space: Space, value: Any, source: Source, path: Path = (), start: int = 0) -> Node:
    """The tree of a value; its files know what they are."""
    root = tree(value, source, path, start)
    if found := [file for node in nodes(root) for file in node.files]:
        heads = files.heads(space, [file.digest for file in found])
        for file in found:
            file.type = media.type_of(heads.get(file.digest, b""))
    return root


def read(space: Space, source: Source) -> Any:
    """What is kept there. Raises Missing."""
    value = _READERS[source.of](space, source)
    if value is None:
        raise Missing(f"There is no {source.of} '{source.id[:200]}'.")
    return json_text.load(value)


def _of_call(space: Space, source: Source) -> str | None:
    if source.part not in PARTS:
        return None
    calls = Call.objects.filter(project=space.project_id, call_id=source.id).visible()
    return calls.values_list(source.part, flat=True).first()


def _of_object(space: Space, source: Source) -> str | None:
    name, _, version = source.id.partition(":")
    return publishing.find(space, name, version).val


def _of_row(space: Space, source: Source) -> str | None:
    return tables.values(space, [source.id]).get(source.id)


def _of_feedback(space: Space, source: Source) -> str | None:
    found = Feedback.objects.filter(project=space.project_id, feedback_id=source.id)
    return found.values_list("payload", flat=True).first()


_READERS = {"call": _of_call, "object": _of_object, "row": _of_row, "feedback": _of_feedback}
