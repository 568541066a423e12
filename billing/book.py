"""One transaction of the books: what ended, then who is let in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction

from billing import accounts
from billing.admission import Admission, admit_all
from billing.models import Reservation
from billing.settlement import Settlement, settle_all
from common.errors import LineupError


@transaction.atomic
def book(
    settlements: Sequence[Settlement], admissions: Sequence[Admission], *, again: bool = False
) -> list[Reservation | LineupError]:
    """What became of the admissions. Settlements first: the money and the slots they free are the next request's.

    `again`: an earlier try was not confirmed, so some of it may have been written.
    """
    balances = accounts.lock(
        [each.organization_id for each in settlements] + [each.organization_id for each in admissions]
    )
    settle_all(settlements, balances)
    known = _known(admissions) if again else {}
    fresh = iter(admit_all([admission for admission in admissions if admission.id not in known], balances))
    accounts.move(balances)
    return [known.get(admission.id) or next(fresh) for admission in admissions]


def _known(admissions: Sequence[Admission]) -> dict[uuid.UUID, Reservation]:
    return Reservation.objects.in_bulk([admission.id for admission in admissions])
