"""Prices that an organization has of its own. Who knows of contracts is an app above, named in the settings."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class TokenPrice(Protocol):
    """Micro-USD per million tokens from a moment on: the catalog's, or an organization's own."""

    input: Any
    output: Any
    cached_input: Any
    effective_at: Any

    @property
    def is_scheduled(self) -> bool: ...


OwnPrices = Mapping[str, TokenPrice]


def own_prices(organization_id: uuid.UUID) -> OwnPrices:
    """Those in force, by the model's ID."""
    return _source("own_prices")(organization_id)  # type: ignore[no-any-return]  # named in the settings


def own_history(organization_id: uuid.UUID, model_id: str) -> Sequence[TokenPrice]:
    """Newest first."""
    return _source("own_history")(organization_id, model_id)  # type: ignore[no-any-return]  # named in the settings


@cache
def _source(name: str) -> Callable[..., Any]:
    source: Callable[..., Any] = import_string(f"{settings.OWN_PRICES}.{name}")
    return source
