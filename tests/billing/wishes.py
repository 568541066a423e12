"""Admissions and settlements for tests of the books."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.utils import timezone

from accounts.models import Project, User
from billing.admission import Admission
from billing.models import Account, Reservation, UsageHour, UsageRecord
from billing.prices import UnitPrices
from billing.settlement import Settlement, unused
from common.ids import uuid7

#: Micro-USD per million tokens: a token costs as many pico-USD.
PRICES = UnitPrices(input=10, cached_input=5, output=100)


def wish(user: User, project: Project, **changes: Any) -> Admission:
    """Holds 10 × 10 + 100 × 9 = 1,000 pico-USD."""
    asked = Admission(
        id=uuid7(),
        organization_id=project.team.organization_id,
        project_id=project.pk,
        user_id=user.pk,
        api_key_id=None,
        user_limit=1_000,
        project_limit=1_000,
        door="api",
        client="",
        model="a/model",
        offering_id=uuid.UUID(int=1),
        provider="somebody",
        is_simulated=False,
        prices=PRICES,
        prompt_estimate=10,
        choices=1,
        asked_output=9,
        most_output=100,
        created_at=timezone.now(),
    )
    return replace(asked, **changes)


def used(row: Reservation, *, prompt: int = 10, completion: int = 9, **changes: Any) -> Settlement:
    return replace(
        unused(row),
        state=Reservation.State.SETTLED,
        outcome=UsageRecord.Outcome.COMPLETED,
        prompt_tokens=prompt,
        completion_tokens=completion,
        **changes,
    )


def check_books() -> None:
    """The invariants that hold between any two transactions."""
    for account in Account.objects.all():
        running = Reservation.objects.filter(account=account, state=Reservation.State.RUNNING)
        records = UsageRecord.objects.filter(organization_id=account.pk)
        hours = UsageHour.objects.filter(organization_id=account.pk)
        granted = sum(grant.amount for grant in account.grants.all())
        spent = sum(record.cost for record in records)
        assert account.settled == granted - spent, "the balance is all grants less all usage"
        assert account.held == sum(row.amount for row in running), "held is what running requests hold"
        assert spent == sum(hour.cost for hour in hours), "the hours sum up the records"
        assert records.count() == sum(hour.requests for hour in hours)
    ended = Reservation.objects.exclude(state=Reservation.State.RUNNING).values_list("pk", flat=True)
    assert set(ended) == set(UsageRecord.objects.values_list("pk", flat=True)), "one record for each that ended"
    for record in UsageRecord.objects.all():
        prices = UnitPrices(record.input_price, record.cached_input_price, record.output_price)
        assert record.cost == prices.cost(
            prompt=record.prompt_tokens, cached=record.cached_tokens, completion=record.completion_tokens
        )
