"""Objects: published in versions, found by name and version, deleted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from tracing import digests, json_text
from tracing.errors import Invalid, Missing
from tracing.models import Object
from tracing.visits import Guest, Space

_VERSION = re.compile(r"v(\d{1,9})\Z")
LATEST = "latest"
_NAME = re.compile(r"[^/:\0]{1,256}\Z")
#: Two writers may take the same version number; the one who comes second takes the next.
_ATTEMPTS = 10


def publish(guest: Guest, space: Space, object_id: str, val: Any, expected_digest: str | None) -> Object:
    if not _NAME.match(object_id):
        raise Invalid("object_id: A name has 1 to 256 characters, and neither a slash nor a colon.")
    digest = digests.of_value(val, project_ids(guest, space))
    digests.check(digest, expected_digest)
    for attempt in range(_ATTEMPTS):
        try:
            with transaction.atomic():
                return _published(space, object_id, val, digest)
        except IntegrityError:
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError


def _published(space: Space, object_id: str, val: Any, digest: str) -> Object:
    versions = Object.objects.filter(project=space.project_id, object_id=object_id)
    known = versions.filter(digest=digest).first()
    if known and known.deleted_at is None:
        return known
    text, leaf, base = json_text.dump(val), *classes_of(val)
    kind = Object.Kind.OP if is_op(val) else Object.Kind.OBJECT
    published = known or Object(project_id=space.project_id, object_id=object_id, digest=digest)
    published.version = versions.next_version()
    published.kind, published.leaf_class, published.base_class = kind, leaf, base
    published.val, published.size = text, len(text.encode())
    published.created_at, published.deleted_at, published.user_id = timezone.now(), None, space.user_id
    published.save()
    return published


def project_ids(guest: Guest, space: Space) -> digests.ProjectIds:
    """For references: a project that this key may not open stands for itself."""
    known = {space.path: str(space.project_id)}

    def project_id(path: str) -> str:
        if path not in known:
            try:
                known[path] = str(guest.space(path).project_id)
            except Missing:
                known[path] = path
        return known[path]

    return project_id


def is_op(val: Any) -> bool:
    """Code of a function, as the client sends it."""
    kind = val.get("weave_type") if isinstance(val, dict) and val.get("_type") == "CustomWeaveType" else None
    return isinstance(kind, dict) and kind.get("type") == "Op"


def classes_of(val: Any) -> tuple[str | None, str | None]:
    """Of an instance of `weave.Object`: its class, and the one that stands right above `Object` among its bases."""
    bases = val.get("_bases") if isinstance(val, dict) else None
    if not isinstance(bases, list) or len(bases) < 2 or bases[-1] != "BaseModel":
        return None, None
    if bases[-2] not in ("Object", "BaseObject"):
        return None, None
    leaf = str(val.get("_class_name"))[:128]
    return leaf, str(bases[-3])[:128] if len(bases) > 2 else leaf


def find(space: Space, object_id: str, version: str) -> Object:
    """By digest, `latest`, `v3`, or alias. Raises Missing."""
    if "\0" in object_id + version:
        raise Missing("No object's name or version has a NUL.")
    versions = Object.objects.filter(project=space.project_id, object_id=object_id)
    found: Object | None
    if version == LATEST:
        found = versions.kept().order_by("-version").first()
    elif numbered := _VERSION.match(version):
        found = versions.filter(version=int(numbered[1])).first()
    else:
        found = versions.filter(digest=version).first() or versions.filter(aliases__name=version).first()
    if found is None:
        raise Missing(f"There is no object '{object_id[:256]}:{version[:100]}' in {space.path}.")
    if found.deleted_at:
        raise Missing(f"The object '{object_id}:{version[:100]}' was deleted.", deleted_at=found.deleted_at)
    return found


def delete(space: Space, object_id: str, versions: Sequence[str] | None) -> list[Object]:
    """Those versions, or all; returns what was deleted. Raises Missing if one of them is not there."""
    with transaction.atomic():
        kept = Object.objects.filter(project=space.project_id, object_id=object_id).kept()
        doomed = list(kept) if versions is None else [find(space, object_id, version) for version in versions]
        if not doomed:
            raise Missing(f"There is no object '{object_id[:256]}' in {space.path}.")
        unique = list({one.pk: one for one in doomed}.values())
        for one in unique:
            one.delete_version(timezone.now())
    return unique
