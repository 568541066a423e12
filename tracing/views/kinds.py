"""Ops, datasets, scorers, models and evaluations by addresses of their own: made, read, listed, deleted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from pydantic import BaseModel
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from tracing import piecemeal, publishing, sizes
from tracing.errors import Missing
from tracing.kinds import KINDS, Kind, shown, uri
from tracing.models import Object
from tracing.shapes import Nothing, Page
from tracing.visits import Endpoint, Space, Visit, asking, taking


class Versions(BaseModel):
    digests: list[str] | None = None


def routes(project: str) -> list[BaseRoute]:
    found: list[BaseRoute] = []
    for name, kind in KINDS.items():
        every, one = f"{project}/{name}", f"{project}/{name}/{{object_id}}"
        found += [
            Route(every, _create(kind), methods=["POST"]),
            Route(every, _listed(kind), methods=["GET"]),
            Route(one, _delete(kind), methods=["DELETE"]),
            Route(f"{one}/versions/{{digest}}", _read(kind), methods=["GET"]),
        ]
    return found


def _create(kind: Kind) -> Endpoint:
    @taking(kind.asked)
    def create(visit: Visit, body: Any) -> Any:
        space = visit.write(visit.path)
        name, value = kind.made(visit, space, body)
        made = publishing.publish(visit, space, name, value, None)
        ref = {kind.ref: uri(space, made)} if kind.ref else {}
        return {"object_id": made.object_id, "digest": made.digest, "version_index": made.version, **ref}

    return create


def _read(kind: Kind) -> Endpoint:
    @asking(Nothing)
    def read(visit: Visit, _asked: Nothing) -> Any:
        space = visit.space(visit.path)
        return shown(kind, space, _found(kind, space, visit.names["object_id"], visit.names["digest"]))

    return read


def _listed(kind: Kind) -> Endpoint:
    @asking(Page)
    def listed(visit: Visit, page: Page) -> Response:
        space = visit.space(visit.path)
        newest = Object.objects.filter(project=space.project_id, **kind.which).newest().order_by("object_id")
        keys = list(newest.values_list("pk", flat=True)[page.part])
        return piecemeal.lines(keys, sizes.of_objects, partial(_written, kind, space))

    return listed


def _written(kind: Kind, space: Space, keys: Sequence[int]) -> Iterator[bytes]:
    by_key = Object.objects.kept().in_bulk(keys)
    return (piecemeal.json(shown(kind, space, by_key[key])) for key in keys if key in by_key)


def _delete(kind: Kind) -> Endpoint:
    @asking(Versions)
    def delete(visit: Visit, versions: Versions) -> Any:
        space, name = visit.space(visit.path), visit.names["object_id"]
        for version in versions.digests or [publishing.LATEST]:
            _found(kind, space, name, version)
        return {"num_deleted": len(publishing.delete(space, name, versions.digests or None))}

    return delete


def _found(kind: Kind, space: Space, name: str, version: str) -> Object:
    """Raises Missing for what is there and of another kind, too."""
    found = publishing.find(space, name, version)
    if any(getattr(found, column) != value for column, value in kind.which.items()):
        raise Missing(f"The object '{name[:256]}:{version[:100]}' is of another kind.")
    return found
