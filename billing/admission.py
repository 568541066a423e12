"""Admission: money and slots of a request, decided together under the account's lock."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count

from accounts.models import User
from billing import accounts, processes
from billing.models import Account, Reservation
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


class Slots:
    """Who has how many running requests, as the database says and as this batch adds."""

    def __init__(self, admissions: Sequence[Admission]) -> None:
        users = {admission.user_id for admission in admissions}
        projects = {admission.project_id for admission in admissions}
        if connection.features.has_select_for_update:
            # The account's lock orders requests of one organization; a person may act in several.
            list(User.objects.select_for_update(no_key=True).filter(pk__in=users).order_by("pk").values_list("pk"))
        running = Reservation.objects.filter(state=Reservation.State.RUNNING)
        counted = Count("pk")
        self.by_user: Counter[int] = Counter(
            dict(running.filter(user_id__in=users).values_list("user_id").annotate(counted).order_by())
        )
        self.by_project: Counter[uuid.UUID] = Counter(
            dict(running.filter(project_id__in=projects).values_list("project_id").annotate(counted).order_by())
        )

    def take(self, admission: Admission) -> Room:
        """What is left afterwards. Raises ConcurrencyLimitReached."""
        user = Room(admission.user_limit, admission.user_limit - self.by_user[admission.user_id])
        project = Room(admission.project_limit, admission.project_limit - self.by_project[admission.project_id])
        room = min(user, project, key=lambda room: room.left).less_one()
        self.by_user[admission.user_id] += 1
        self.by_project[admission.project_id] += 1
        return room


def admit_all(admissions: Sequence[Admission], locked: dict[uuid.UUID, Account]) -> list[Reservation | LineupError]:
    """In the order they came: a reservation, or why not. `locked` are their accounts, brought up to date here."""
    if not admissions:
        return []
    slots = Slots(admissions)
    decided = [_decide(admission, locked[admission.organization_id], slots) for admission in admissions]
    reserved = [answer for answer in decided if isinstance(answer, Reservation)]
    Reservation.objects.bulk_create(reserved)
    held: Counter[uuid.UUID] = Counter()
    for reservation in reserved:
        held[reservation.account_id] += reservation.amount
    for organization_id, amount in sorted(held.items()):
        accounts.move(organization_id, settled=0, held=amount)
    return decided


def _decide(admission: Admission, account: Account, slots: Slots) -> Reservation | LineupError:
    output_limit = admission.output_limit(account.available)
    if output_limit < 1:
        return QuotaExceeded()
    try:
        room = slots.take(admission)
    except ConcurrencyLimitReached as refusal:
        return refusal
    reservation = admission.reservation(output_limit)
    reservation.room = room
    account.held += reservation.amount
    return reservation
