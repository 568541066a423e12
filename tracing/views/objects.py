"""Objects are published, read, listed and deleted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django.db.models import QuerySet
from pydantic import BaseModel
from starlette.responses import Response

from tracing import json_text, piecemeal, publishing, sizes
from tracing.errors import Invalid
from tracing.models import Object
from tracing.shapes import InProject, Page, Sort
from tracing.visits import Space, Visit, taking


class Published(InProject):
    object_id: str
    val: Any
    expected_digest: str | None = None
    builtin_object_class: str | None = None
    set_base_object_class: str | None = None


class Creation(BaseModel):
    obj: Published


class Reading(InProject):
    object_id: str
    digest: str
    metadata_only: bool | None = None
    include_tags_and_aliases: bool | None = None


class Filter(BaseModel):
    base_object_classes: list[str] | None = None
    exclude_base_object_classes: list[str] | None = None
    leaf_object_classes: list[str] | None = None
    object_ids: list[str] | None = None
    is_op: bool | None = None
    latest_only: bool | None = None
    tags: list[str] | None = None
    aliases: list[str] | None = None


class Query(InProject, Page):
    filter: Filter | None = None
    sort_by: list[Sort] | None = None
    metadata_only: bool | None = None
    include_storage_size: bool | None = None
    include_tags_and_aliases: bool | None = None


class Deletion(InProject):
    object_id: str
    digests: list[str] | None = None


@taking(Creation)
def create(visit: Visit, body: Creation) -> Any:
    obj = body.obj
    declared = obj.builtin_object_class or obj.set_base_object_class
    if declared and declared not in publishing.classes_of(obj.val):
        raise Invalid(
            f"builtin_object_class: Lineup does not make a '{declared[:100]}' of a plain value: "
            "publish the object with its own '_class_name' and '_bases', as `weave.publish` does."
        )
    space = visit.write(obj.project_id)
    published = publishing.publish(visit, space, obj.object_id, obj.val, obj.expected_digest)
    return {"digest": published.digest, "object_id": published.object_id}


@taking(Reading)
def read(visit: Visit, body: Reading) -> Any:
    space = visit.space(body.project_id)
    found = publishing.find(space, body.object_id, body.digest)
    return {"obj": _shown([found], space.path, body.metadata_only, body.include_tags_and_aliases)[0]}


@taking(Query, may_take_long=True)
def query(visit: Visit, body: Query) -> Response:
    space = visit.space(body.project_id)
    found = _chosen(Object.objects.filter(project=space.project_id).kept(), body.filter or Filter())
    keys = list(found.order_by(*_orders(body.sort_by or [])).values_list("pk", flat=True)[body.part])
    size = sizes.none if body.metadata_only else sizes.of_objects
    return piecemeal.members("objs", keys, size, partial(_written, space, body))


@taking(Deletion)
def delete(visit: Visit, body: Deletion) -> Any:
    gone = publishing.delete(visit.space(body.project_id), body.object_id, body.digests)
    versions = [
        {"digest": one.digest, "base_object_class": one.base_class, "leaf_object_class": one.leaf_class} for one in gone
    ]
    return {"num_deleted": len(gone), "deleted_versions": versions}


def _chosen(objects: Any, chosen: Filter) -> QuerySet[Object]:
    if chosen.latest_only:
        objects = objects.newest()
    if chosen.is_op is not None:
        objects = objects.filter(kind=Object.Kind.OP if chosen.is_op else Object.Kind.OBJECT)
    if chosen.object_ids:
        objects = objects.filter(object_id__in=chosen.object_ids)
    if chosen.base_object_classes:
        objects = objects.filter(base_class__in=chosen.base_object_classes)
    if chosen.exclude_base_object_classes:
        excluded = objects.filter(base_class__in=chosen.exclude_base_object_classes)
        objects = objects.exclude(pk__in=excluded.values("pk"))
    if chosen.leaf_object_classes:
        objects = objects.filter(leaf_class__in=chosen.leaf_object_classes)
    return _labelled(objects, chosen)


def _labelled(objects: Any, chosen: Filter) -> QuerySet[Object]:
    if chosen.tags:
        objects = objects.filter(pk__in=objects.filter(tags__name__in=chosen.tags).values("pk"))
    if chosen.aliases:
        named = objects.filter(aliases__name__in=chosen.aliases).values("pk")
        newest = objects.newest().values("pk") if publishing.LATEST in chosen.aliases else Object.objects.none()
        objects = objects.filter(pk__in=named) | objects.filter(pk__in=newest.values("pk"))
    found: QuerySet[Object] = objects
    return found


def _orders(sort_by: list[Sort]) -> list[str]:
    unknown = [sort.field for sort in sort_by if sort.field not in ("object_id", "created_at")]
    if unknown:
        raise Invalid(f"sort_by: objects are sorted by object_id or created_at, not by '{unknown[0][:100]}'.")
    wanted = [f"{'-' if sort.direction == 'desc' else ''}{sort.field}" for sort in sort_by]
    return [*wanted, "created_at", "pk"]


def _written(space: Space, asked: Query, keys: Sequence[int]) -> Iterator[bytes]:
    found = Object.objects.defer("val") if asked.metadata_only else Object.objects.all()
    by_key = found.kept().in_bulk(keys)
    objects = [by_key[key] for key in keys if key in by_key]
    return map(piecemeal.json, _shown(objects, space.path, asked.metadata_only, asked.include_tags_and_aliases))


def _shown(objects: list[Object], path: str, metadata_only: bool | None, labelled: bool | None) -> list[dict[str, Any]]:
    newest = _newest(objects)
    labels = _labels(objects, newest) if labelled else {}
    return [
        {
            "project_id": path,
            "object_id": one.object_id,
            "digest": one.digest,
            "version_index": one.version,
            "is_latest": int(one.pk in newest),
            "kind": one.kind,
            "base_object_class": one.base_class,
            "leaf_object_class": one.leaf_class,
            "created_at": one.created_at,
            "deleted_at": one.deleted_at,
            "wb_user_id": str(one.user_id) if one.user_id else None,
            "size_bytes": one.size,
            "val": None if metadata_only else json_text.load(one.val),
            **labels.get(one.pk, {}),
        }
        for one in objects
    ]


def _newest(objects: list[Object]) -> set[int]:
    if not objects:
        return set()
    same = Object.objects.filter(project=objects[0].project_id, object_id__in={one.object_id for one in objects})
    return set(same.newest().values_list("pk", flat=True))


def _labels(objects: list[Object], newest: set[int]) -> dict[int, dict[str, list[str]]]:
    found = Object.objects.filter(pk__in=[one.pk for one in objects]).prefetch_related("tags", "aliases").defer("val")
    return {
        one.pk: {
            "tags": [tag.name for tag in one.tags.all()],
            "aliases": [alias.name for alias in one.aliases.all()] + ([publishing.LATEST] if one.pk in newest else []),
        }
        for one in found
    }
