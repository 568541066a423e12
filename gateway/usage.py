"""GET /v1/organization/usage/completions and /v1/organization/costs: what was used, for programs of an admin."""

from __future__ import annotations

import asyncio
from typing import Any

from django.db import connections
from starlette.requests import Request
from starlette.responses import Response

from accounts.caller import Caller
from accounts.models import Membership
from billing.usage import buckets
from billing.usage.buckets import COMPLETIONS, COSTS, Kind
from common.errors import AdminsOnly
from gateway.callers import bearer
from gateway.reading import found


@bearer
async def completions_usage(request: Request, caller: Caller) -> Response:
    return await _answer(request, caller, COMPLETIONS)


@bearer
async def costs(request: Request, caller: Caller) -> Response:
    return await _answer(request, caller, COSTS)


async def _answer(request: Request, caller: Caller, kind: Kind) -> Response:
    # Sums of a month take their time: the books' thread has requests to admit.
    return found(await asyncio.to_thread(_read, kind, request.query_params.multi_items(), caller))


def _read(kind: Kind, query: list[tuple[str, str]], caller: Caller) -> dict[str, Any]:
    try:
        admins = Membership.objects.filter(role=Membership.Role.ADMIN, organization_id=caller.organization_id)
        if not admins.filter(user_id=caller.user_id).exists():
            raise AdminsOnly
        return buckets.answer(buckets.parse(kind, query), caller.organization_id)
    finally:
        connections.close_all()
