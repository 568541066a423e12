"""Completions, which other doors of Lineup give."""

from __future__ import annotations

from typing import Any

from tracing.errors import NotServed
from tracing.shapes import Nothing
from tracing.visits import Visit, taking


@taking(Nothing)
def create(_visit: Visit, _body: Nothing) -> Any:
    raise NotServed(
        "Lineup does not serve completions through the trace server (completions/create). "
        "Ask /v1/chat/completions of this address, with the same key."
    )
