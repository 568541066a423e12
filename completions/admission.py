"""From a caller and a request to a reservation, or to the refusal."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from functools import partial

from django.utils import timezone

from accounts.caller import Caller
from billing import terms, waiting, writer
from billing.admission import Admission
from billing.models import Reservation
from billing.settlement import unused
from billing.terms import Terms
from common.chat import ChatRequest
from common.errors import Overloaded
from common.ids import uuid7
from completions import estimate
from completions.meter import MOST_TOKENS
from completions.routes import Route


async def admit(caller: Caller, request: ChatRequest, route: Route) -> tuple[Reservation, int]:
    """The reservation, and how many tokens its prompt likely has."""
    most, likely = estimate.prompt(request.body)
    future = writer.submit(_admission(caller, request, route, most, await _terms(caller)))
    try:
        return await waiting.answer(future), likely
    except (Overloaded, asyncio.CancelledError):
        # Nobody waits any longer, yet it may still be admitted, or was just now.
        if not future.cancel():
            future.add_done_callback(_give_back)
        raise


async def _terms(caller: Caller) -> Terms:
    if known := terms.known(caller):
        return known
    return await waiting.answer(waiting.shared(("terms", caller), partial(terms.read, caller)))


def _give_back(future: Future[Reservation]) -> None:
    if not future.cancelled() and future.exception() is None:
        writer.submit(unused(future.result()))


def _admission(caller: Caller, request: ChatRequest, route: Route, prompt_estimate: int, plan: Terms) -> Admission:
    first = route.connections[0]
    return Admission(
        id=uuid7(),
        organization_id=caller.organization_id,
        project_id=caller.project_id,
        user_id=caller.user_id,
        api_key_id=caller.api_key_id,
        user_limit=plan.user_concurrency,
        project_limit=plan.project_concurrency,
        door=caller.door,
        client=caller.client,
        model=route.model,
        offering_id=first.offering_id,
        provider=first.provider,
        is_simulated=first.is_simulated,
        prices=plan.prices.get(route.model, route.prices),
        prompt_estimate=prompt_estimate,
        choices=request.choices,
        asked_output=min(request.max_output, route.known_output or MOST_TOKENS) if request.max_output else None,
        most_output=route.most_output,
        created_at=timezone.now(),
    )
