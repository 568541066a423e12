"""GET /v1/organization/usage/completions, …/costs, …/balance: what was used and is left, for programs of admins."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connections
from starlette.requests import Request
from starlette.responses import Response

from accounts.caller import Caller
from accounts.models import Membership
from billing.accounts import account_of
from billing.balance import asked_for, told
from billing.balance import balance as balance_of
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


@bearer
async def balance(request: Request, caller: Caller) -> Response:
    query = request.query_params.multi_items()
    return found(await asyncio.to_thread(_read, caller, lambda: _balance(query, caller)))


async def _answer(request: Request, caller: Caller, kind: Kind) -> Response:
    query = request.query_params.multi_items()
    # Sums of a month take their time: the books' thread has requests to admit.
    read = partial(_read, caller, lambda: buckets.answer(buckets.parse(kind, query), caller.organization_id))
    return found(await asyncio.to_thread(read))


def _balance(query: list[tuple[str, str]], caller: Caller) -> dict[str, Any]:
    at = asked_for(query)
    return told(balance_of(account_of(caller.organization_id), at))


def _read(caller: Caller, read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        admins = Membership.objects.filter(role=Membership.Role.ADMIN, organization_id=caller.organization_id)
        if not admins.filter(user_id=caller.user_id).exists():
            raise AdminsOnly
        return read()
    finally:
        connections.close_all()
