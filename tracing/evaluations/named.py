"""What references refer to, as people call it: a name and a version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracing import links
from tracing.models import Object
from tracing.refs import NotARef, Ref, is_ref
from tracing.visits import Space


@dataclass(frozen=True, slots=True)
class Named:
    ref: str
    name: str
    #: "v3"; the beginning of its digest where we do not have it.
    version: str
    digest: str

    @property
    def title(self) -> str:
        return f"{self.name}:{self.version}"

    @property
    def page(self) -> str:
        return links.page_of(self.ref)


def named(space: Space, refs: Iterable[object]) -> dict[str, Named]:
    """By reference; what is none is left out."""
    parsed: dict[str, Ref] = {}
    for uri in dict.fromkeys(uri for uri in refs if isinstance(uri, str) and is_ref(uri)):
        try:
            parsed[uri] = Ref.parse(uri)
        except NotARef:
            continue
    ours = {ref.version for ref in parsed.values() if ref.project == space.path}
    found = Object.objects.filter(project=space.project_id, digest__in=ours).kept() if ours else Object.objects.none()
    versions = {
        (name, digest): version for name, digest, version in found.values_list("object_id", "digest", "version")
    }
    return {uri: _named(uri, ref, versions, space) for uri, ref in parsed.items()}


def _named(uri: str, ref: Ref, versions: dict[tuple[str, str], int], space: Space) -> Named:
    version = versions.get((ref.name, ref.version)) if ref.project == space.path else None
    return Named(uri, ref.name, ref.version[:6] if version is None else f"v{version}", ref.version)
