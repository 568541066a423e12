"""Headers of a request that must not be there twice: who reads the first would disagree with who reads the last."""

from __future__ import annotations

from starlette.requests import Request

from common.errors import BadRequest


def single(request: Request, name: str) -> str | None:
    """Raises BadRequest that names the header."""
    wanted = name.encode()
    values = [value for key, value in request.scope["headers"] if key == wanted]
    if len(values) > 1:
        raise BadRequest(f"The header '{name}' is there twice.", param=name, code="duplicate_header")
    return values[0].decode("latin-1") if values else None
