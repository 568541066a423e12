"""Admission: money and slots of a request, decided together under the account's lock."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db import connection

from billing import processes, sql
from billing.accounts import Balance
from billing.models import Reservation
from billing.prices import UnitPrices
from billing.room import Room
from common.errors import ConcurrencyLimitReached, LineupError, QuotaExceeded


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
        """Tokens for each choice that may be held of what is left; 0 when it cannot pay for the request."""
        if self.asked_output is None:
            return self.prices.affordable_output(
                prompt=self.prompt_estimate, choices=self.choices, most=self.most_output, left=left
            )
        return self.asked_output if self.worst(self.asked_output) <= left else 0

    def worst(self, output_limit: int) -> int:
        """Pico-USD to hold."""
        return self.prices.worst(prompt=self.prompt_estimate, output=self.choices * output_limit)

    def reservation(self, output_limit: int) -> Reservation:
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
            created_at=self.created_at,
        )


#: The account's lock orders requests of one organization; a person may act in several.
LOCK_USERS = "SELECT id FROM accounts_user WHERE id IN (SELECT id FROM batch) ORDER BY id FOR NO KEY UPDATE"
#: The state stands in the text, so that the index of running reservations is used.
RUNNING = (
    "SELECT {column}, count(*) FROM billing_reservation"
    " WHERE state = 'running' AND {column} IN (SELECT id FROM batch) GROUP BY {column}"
)
RUNNING_OF_USERS, RUNNING_OF_PROJECTS = (RUNNING.format(column=column) for column in ("user_id", "project_id"))


class Slots:
    """Who has how many running requests, as the database says and as this batch adds."""

    def __init__(self, admissions: Sequence[Admission]) -> None:
        users = {admission.user_id for admission in admissions}
        if connection.features.has_select_for_update:
            sql.select(LOCK_USERS, "bigint", users)
        self._of_users = sql.select(RUNNING_OF_USERS, "bigint", users)
        self._of_projects = sql.select(RUNNING_OF_PROJECTS, "uuid", {admission.project_id for admission in admissions})

    @cached_property
    def by_user(self) -> Counter[int]:
        return Counter(dict(self._of_users))

    @cached_property
    def by_project(self) -> Counter[uuid.UUID]:
        return Counter({sql.identity(project): count for project, count in self._of_projects})

    def take(self, admission: Admission) -> Room:
        """What is left afterwards. Raises ConcurrencyLimitReached."""
        user = Room(admission.user_limit, admission.user_limit - self.by_user[admission.user_id])
        project = Room(admission.project_limit, admission.project_limit - self.by_project[admission.project_id])
        room = min(user, project, key=lambda room: room.left).less_one()
        self.by_user[admission.user_id] += 1
        self.by_project[admission.project_id] += 1
        return room


def decide(admission: Admission, balance: Balance, slots: Slots) -> Reservation | LineupError:
    """A reservation, to be written, or why there is none; the balance of its locked account is changed."""
    output_limit = admission.output_limit(balance.available)
    if output_limit < 1:
        return QuotaExceeded()
    try:
        room = slots.take(admission)
    except ConcurrencyLimitReached as refusal:
        return refusal
    reservation = admission.reservation(output_limit)
    reservation.room = room
    balance.held_by += reservation.amount
    return reservation
