"""Who calls: the bearer key of a request and the project it names."""

from __future__ import annotations

import asyncio

from starlette.requests import Request

from accounts.authentication import caller_for
from accounts.caller import Caller
from billing import writer
from common.errors import NotAuthenticated


async def caller_of(request: Request) -> Caller:
    """Raises NotAuthenticated, which tells nothing about what was wrong."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise NotAuthenticated
    project = request.headers.get("openai-project")
    client = request.headers.get("user-agent", "")
    address = request.client.host if request.client else ""
    found = writer.run(lambda: caller_for(secret.strip(), project, door="api", client=client, address=address))
    return await asyncio.wrap_future(found)
