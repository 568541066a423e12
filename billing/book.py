"""One transaction of the books: what ended, then who is let in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction

from billing import accounts, rollup, sql
from billing.admission import Admission, Slots, decide
from billing.models import Reservation
from billing.settlement import Settlement, end, settle
from common.errors import LineupError


@transaction.atomic
def book(
    settlements: Sequence[Settlement], admissions: Sequence[Admission], *, again: bool = False
) -> list[Reservation | LineupError]:
    """What became of the admissions. Settlements first: the money and the slots they free are the next request's.

    `again`: an earlier try was not confirmed, so some of it may have been written.
    """
    concerned = [each.organization_id for each in settlements] + [each.organization_id for each in admissions]
    known = _known(admissions, concerned) if again else {}
    fresh = [admission for admission in admissions if admission.id not in known]
    with sql.together():
        # Locks come first and in order, so all that is read after them stays true until the end.
        locked = accounts.lock(concerned)
        ended = end(settlements)
        slots = Slots(fresh)
    balances = accounts.balances(locked, concerned)
    records = settle(settlements, ended, balances)
    decided = {admission.id: decide(admission, balances[admission.organization_id], slots) for admission in fresh}
    with sql.together():
        sql.insert(records)
        rollup.add(records)
        sql.insert([answer for answer in decided.values() if isinstance(answer, Reservation)])
        accounts.move(balances)
    return [known.get(admission.id) or decided[admission.id] for admission in admissions]


@transaction.atomic
def restore(reservations: Sequence[Reservation], settlements: Sequence[Settlement]) -> None:
    """Writes again what a database has lost of these, and changes nothing where it has lost nothing."""
    concerned = [each.account_id for each in reservations]
    balances = accounts.balances(accounts.lock(concerned), concerned)
    kept = set(Reservation.objects.filter(pk__in=[each.pk for each in reservations]).values_list("pk", flat=True))
    lost = [each for each in reservations if each.pk not in kept]
    for reservation in lost:
        balances[reservation.account_id].held_by += reservation.amount
    sql.insert(lost)
    accounts.move(balances)
    book(settlements, [])


def _known(admissions: Sequence[Admission], concerned: Sequence[uuid.UUID]) -> dict[uuid.UUID, Reservation]:
    """Those that the earlier try wrote. It may still be at it, and holds the accounts' locks until it is done."""
    accounts.lock(concerned)
    return Reservation.objects.in_bulk([admission.id for admission in admissions])
