"""Where a reference leads a person: the page of what it refers to."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from tracing.refs import NotARef, Ref

_PAGES = {"object": "object-version", "op": "op-version", "call": "call"}


def page_of(uri: str) -> str:
    """Empty where it leads to nothing that has a page."""
    try:
        ref = Ref.parse(uri)
        team, _, project = ref.project.partition("/")
        named = [ref.name] if ref.kind == "call" else [ref.name, ref.version]
        return reverse(_PAGES[ref.kind], args=[team, project, *named])
    except (NotARef, NoReverseMatch, KeyError):
        return ""


def short(uri: str) -> str:
    """What of a reference tells it from others: the name, the beginning of the version, and the way within."""
    try:
        ref = Ref.parse(uri)
    except NotARef:
        return uri
    version = f":{ref.version[:6]}" if ref.version else ""
    return f"{ref.name}{version}" + "".join(f"/{value[:12]}" for _, value in ref.edges)
