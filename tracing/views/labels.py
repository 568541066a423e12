"""Tags and aliases of object versions."""

from __future__ import annotations

from typing import Annotated, Any

from django.db import transaction
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from tracing import publishing
from tracing.errors import Invalid
from tracing.models import Alias, Object, Tag
from tracing.shapes import InProject, Name
from tracing.visits import Visit, answered, for_keys, taking

Label = Annotated[Name, Field(min_length=1)]


class Tags(InProject):
    tags: list[Label]


class Aliases(InProject):
    aliases: list[Label]


class AliasesOfVersion(Aliases):
    digest: str


@taking(Tags)
def add_tags(visit: Visit, body: Tags) -> Any:
    found = _tagged(visit, body)
    Tag.objects.bulk_create([Tag(target=found, name=name) for name in body.tags], ignore_conflicts=True)
    return {}


@taking(Tags)
def remove_tags(visit: Visit, body: Tags) -> Any:
    _tagged(visit, body).tags.filter(name__in=body.tags).delete()
    return {}


@taking(AliasesOfVersion)
def set_aliases(visit: Visit, body: AliasesOfVersion) -> Any:
    space = visit.space(body.project_id)
    if publishing.LATEST in body.aliases:
        raise Invalid("aliases: 'latest' is always the newest version.")
    with transaction.atomic():
        found = publishing.find(space, visit.names["object_id"], body.digest)
        for name in body.aliases:
            Alias.objects.update_or_create(
                project_id=space.project_id, object_id=found.object_id, name=name, defaults={"target": found}
            )
    return {}


@taking(Aliases)
def remove_aliases(visit: Visit, body: Aliases) -> Any:
    space = visit.space(body.project_id)
    own = Alias.objects.filter(project=space.project_id, object_id=visit.names["object_id"])
    own.filter(name__in=body.aliases).delete()
    return {}


@for_keys
async def list_tags(request: Request) -> Response:
    return await answered(request, request.query_params.get("project_id", ""), _tags)


@for_keys
async def list_aliases(request: Request) -> Response:
    return await answered(request, request.query_params.get("project_id", ""), _aliases)


def _tags(visit: Visit, path: str) -> Any:
    tags = Tag.objects.filter(target__project=visit.space(path).project_id)
    return {"tags": sorted(tags.values_list("name", flat=True).order_by().distinct())}


def _aliases(visit: Visit, path: str) -> Any:
    aliases = Alias.objects.filter(project=visit.space(path).project_id)
    return {"aliases": sorted(aliases.values_list("name", flat=True).order_by().distinct())}


def _tagged(visit: Visit, body: Tags) -> Object:
    return publishing.find(visit.space(body.project_id), visit.names["object_id"], visit.names["digest"])
