"""Who calls: the bearer key of a request and the project it names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from accounts.access import Access
from accounts.authentication import Claim, generation, known, look_up
from accounts.caller import Caller
from accounts.places import place_of
from billing import waiting
from common import draining
from common.errors import NotAuthenticated
from gateway.headers import single


def bearer(endpoint: Callable[[Request, Caller], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """States that an address is for those who have a key, and sees to it; a test walks the routes and checks."""

    @wraps(endpoint)
    async def checked(request: Request) -> Response:
        draining.refuse()
        return await endpoint(request, await caller_of(request))

    stated: Any = checked
    stated.access = Access.KEY
    return checked


def for_all(endpoint: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """States that an address tells nothing of anybody and needs no key."""
    stated: Any = endpoint
    stated.access = Access.PUBLIC
    return endpoint


async def caller_of(request: Request) -> Caller:
    """Raises NotAuthenticated, which tells nothing about what was wrong, and CountryNotSupported."""
    scheme, _, secret = (single(request, "authorization") or "").partition(" ")
    if scheme.lower() != "bearer":
        raise NotAuthenticated
    claim = Claim.of(secret.strip(), single(request, "openai-project"))
    place = place_of(request.scope)
    caller = known(claim)
    if caller is None:
        caller = await waiting.answer(waiting.shared(("key", generation(), claim), partial(look_up, claim)))
    place.check()
    return caller.saying(client=request.headers.get("user-agent", ""), address=place.address)
