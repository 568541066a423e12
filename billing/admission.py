"""Admission: money and slots of a request, decided together under the account's lock."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db import connection

from billing import processes, sql
from billing.models import Reservation
from billing.prices import UnitPrices
from billing.room import Room
from billing.standing import Standing
from common.errors import ConcurrencyLimitReached, LineupError, QuotaExceeded, SpendingLimitReached


@dataclass(frozen=True, slots=True)
class Admission:
    """A request that wants in."""

    id: uuid.UUID
    organization_id: uuid.UUID
    project_id: uuid.UUID
    user_id: int
    api_key_id: uuid.UUID | None
    user_limit: int
    project_limit: int
    door: str
    client: str
    model: str
    offering_id: uuid.UUID
    provider: str
    is_simulated: bool
    prices: UnitPrices
    prompt_estimate: int
    choices: int
    #: The caller's own limit for each choice, or None.
    asked_output: int | None
    #: What the model can put out for each choice at most.
    most_output: int
    created_at: datetime

    def output_limit(self, left: int) -> int:
        """Tokens for each choice that may be held of what is left; 0 when it cannot pay for the request.

        What costs nothing needs nothing: it is admitted though more is owed than is there.
        """
        left = max(left, 0)
        if self.asked_output is None:
            return self.prices.affordable_output(
                prompt=self.prompt_estimate, choices=self.choices, most=self.most_output, left=left
            )
        return self.asked_output if self.worst(self.asked_output) <= left else 0

    def worst(self, output_limit: int) -> int:
        """Pico-USD to hold."""
        return self.prices.worst(prompt=self.prompt_estimate, output=self.choices * output_limit)

    def reservation(self, output_limit: int, ahead: timedelta = timedelta()) -> Reservation:
        return Reservation(
            id=self.id,
            account_id=self.organization_id,
            process=processes.current(),
            project_id=self.project_id,
            user_id=self.user_id,
            api_key_id=self.api_key_id,
            model=self.model,
            offering_id=self.offering_id,
            provider=self.provider,
            is_simulated=self.is_simulated,
            door=self.door,
            client=self.client,
            input_price=self.prices.input,
            cached_input_price=self.prices.cached_input,
            output_price=self.prices.output,
            amount=self.worst(output_limit),
            prompt_estimate=self.prompt_estimate,
            output_limit=output_limit,
            created_at=self.created_at + ahead,
        )


#: The account's lock orders requests of one organization; a person may act in several.
LOCK_USERS = "SELECT id FROM accounts_user WHERE id IN (SELECT id FROM batch) ORDER BY id FOR NO KEY UPDATE"
#: The state stands in the text, so that the index of running reservations is used.
RUNNING_OF_USERS = (
    "SELECT user_id, count(*) FROM billing_reservation"
    " WHERE state = 'running' AND user_id IN (SELECT id FROM batch) GROUP BY user_id"
)


class Slots:
    """Who has how many running requests, as the database says and as this batch adds."""

    def __init__(self, admissions: Sequence[Admission]) -> None:
        users = {admission.user_id for admission in admissions}
        if connection.features.has_select_for_update:
            sql.select(LOCK_USERS, "bigint", users)
        self._of_users = sql.select(RUNNING_OF_USERS, "bigint", users)
        self._by_project: Counter[uuid.UUID] = Counter()

    def know(self, standings: Iterable[Standing]) -> None:
        """What their accounts say of projects."""
        for standing in standings:
            for row in standing.running:
                self._by_project[row.project_id] += row.requests

    @cached_property
    def _by_user(self) -> Counter[int]:
        return Counter(dict(self._of_users))

    def take(self, admission: Admission) -> Room:
        """What is left afterwards. Raises ConcurrencyLimitReached."""
        user = Room(admission.user_limit, admission.user_limit - self._by_user[admission.user_id])
        project = Room(admission.project_limit, admission.project_limit - self._by_project[admission.project_id])
        room = min(user, project, key=lambda room: room.left).less_one()
        self._by_user[admission.user_id] += 1
        self._by_project[admission.project_id] += 1
        return room


def decide(admission: Admission, standing: Standing, slots: Slots) -> Reservation | LineupError:
    """A reservation, to be written, or why there is none; the standing of its locked account is changed."""
    try:
        output_limit = _output_limit(admission, standing)
        room = slots.take(admission)
    except (QuotaExceeded, ConcurrencyLimitReached) as refusal:
        return refusal
    reservation = admission.reservation(output_limit, standing.ahead)
    reservation.room = room
    standing.hold(reservation)
    return reservation


def _output_limit(admission: Admission, standing: Standing) -> int:
    """Raises QuotaExceeded, and of several spending limits that are reached names the broadest."""
    least = standing.left(admission.model)
    if admission.output_limit(least) < 1:
        raise QuotaExceeded(f"{QuotaExceeded.message}: {standing.shortage}")
    for limit, left in standing.limits_of(admission):
        if admission.output_limit(left) < 1:
            raise SpendingLimitReached(limit.sentence)
        least = min(least, left)
    return admission.output_limit(least)
