"""Every address that Django serves, with arguments filled in."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

SAMPLES = {
    "UUIDConverter": uuid.UUID(int=7),
    "IntConverter": 7,
    "StringConverter": "nobody",
    "PathConverter": "nobody/nothing",
    "SlugConverter": "nobody",
    "TeamSlug": "nobody",
    "ProjectSlug": "nothing",
    "CallId": "none/at-all",
}


@dataclass(frozen=True)
class Address:
    name: str
    view: Any
    module: str
    #: The addresses it is under: "admin" for Django's own.
    space: str
    arguments: dict[str, Any]

    @property
    def path(self) -> str:
        return reverse(f"{self.space}:{self.name}" if self.space else self.name, kwargs=self.arguments)

    def __str__(self) -> str:
        return self.name


def addresses() -> list[Address]:
    return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: Any, space: str) -> Iterator[Address]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, pattern.namespace or space)
        elif isinstance(pattern, URLPattern):
            converters = getattr(pattern.pattern, "converters", {})
            arguments = {key: SAMPLES[type(converter).__name__] for key, converter in converters.items()}
            view = pattern.callback
            module = getattr(view, "view_class", view).__module__
            yield Address(pattern.name or "", view, module, space, arguments)
