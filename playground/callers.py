"""Who sends over a comparison's socket, and from where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.caller import Caller
from accounts.places import place_of
from playground.models import Comparison


def caller_of(scope: Mapping[str, Any], comparison: Comparison) -> Caller:
    """Raises CountryNotSupported. That the person may reach the comparison was asked before."""
    place = place_of(scope)
    place.check()
    client = dict(scope["headers"]).get(b"user-agent", b"").decode("latin-1")
    return Caller.of(scope["user"], comparison.project, door="playground", client=client, address=place.address)
