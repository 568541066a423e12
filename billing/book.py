"""One transaction of the books: what ended, then who is let in."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

from django.db import transaction

from billing import accounts, locking, renewals, rollup, sql
from billing.admission import Admission, Slots, decide
from billing.locking import Standings
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
    concerned = {each.organization_id for each in settlements} | {each.organization_id for each in admissions}
    known = _known(admissions, concerned) if again else {}
    fresh = [admission for admission in admissions if admission.id not in known]
    with sql.together():
        # Locks come first and in order, so all that is read after them stays true until the end.
        locked = locking.lock(concerned)
        ended = end(settlements)
        rows = locking.read(locked, concerned)
        slots = Slots(fresh)
    standings = _in_order(rows, concerned)
    records = settle(settlements, ended, standings)
    slots.know(standings.values())
    decided = {admission.id: decide(admission, standings[admission.organization_id], slots) for admission in fresh}
    for standing in standings.values():
        standing.expire()
    with sql.together():
        sql.insert(records)
        rollup.add(records)
        sql.insert([answer for answer in decided.values() if isinstance(answer, Reservation)])
        locking.write(standings)
    return [known.get(admission.id) or decided[admission.id] for admission in admissions]


def _in_order(rows: locking.Read, concerned: Collection[uuid.UUID]) -> Standings:
    """With accounts that were never used opened, and with what a plan includes where it is due."""
    standings = locking.standings(rows)
    missing = sorted(set(concerned) - standings.keys())
    due = sorted(key for key, standing in standings.items() if standing.is_due)
    if not missing and not due:
        return standings
    for organization_id in missing:
        accounts.account_of(organization_id)
    for organization_id in due:
        renewals.renew(organization_id)
    return locking.standings(locking.read(locking.lock(concerned), concerned))


@transaction.atomic
def tidy(organization_ids: Collection[uuid.UUID]) -> None:
    """Books what is over and what is due of accounts that nobody uses just now."""
    standings = _in_order(locking.read(locking.lock(organization_ids), organization_ids), organization_ids)
    for standing in standings.values():
        standing.expire()
    locking.write(standings)


@transaction.atomic
def restore(reservations: Sequence[Reservation], settlements: Sequence[Settlement]) -> None:
    """Writes again what a database has lost of these, and changes nothing where it has lost nothing."""
    concerned = {each.account_id for each in reservations}
    standings = _in_order(locking.read(locking.lock(concerned), concerned), concerned)
    kept = set(Reservation.objects.filter(pk__in=[each.pk for each in reservations]).values_list("pk", flat=True))
    lost = [each for each in reservations if each.pk not in kept]
    for reservation in lost:
        standings[reservation.account_id].hold(reservation)
    sql.insert(lost)
    locking.write(standings)
    book(settlements, [])


def _known(admissions: Sequence[Admission], concerned: Collection[uuid.UUID]) -> dict[uuid.UUID, Reservation]:
    """Those that the earlier try wrote. It may still be at it, and holds the accounts' locks until it is done."""
    locking.lock(concerned)
    return Reservation.objects.in_bulk([admission.id for admission in admissions])
