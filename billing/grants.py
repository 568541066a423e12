"""Credits given to an organization, and taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Organization, User
from billing import audit, ledger, locking
from billing.accounts import locked
from billing.crediting import ORIGIN, Kind, credit, entry
from billing.models import Grant, LedgerEntry
from billing.standing import MOST
from common import clock, money


@transaction.atomic
def grant(organization: Organization, amount: int, *, actor: User | None = None, **more: Any) -> Grant:
    """Gives them, and writes down who did. What else may be said of them: as of `give`."""
    made = give(organization, amount, **more)
    sentence = f"{money.usd_exactly_enough(made.amount)} of {made.category} credits granted {made.note}".strip()
    audit.note(made.account_id, actor, "credits.granted", sentence)
    return made


@transaction.atomic
def give(
    organization: Organization,
    amount: int,
    *,
    expires: datetime | None = None,
    note: str = "",
    category: Grant.Category = Grant.Category.PROMOTIONAL,
    model: str = "",
    **more: Any,
) -> Grant:
    """Books pico-USD; why is the caller's to write down. Raises ValueError with a sentence when it cannot be meant."""
    if amount <= 0:
        raise ValueError("The amount must be more than 0.")
    if expires and expires <= clock.now():
        raise ValueError("These credits would be over already.")
    if model and category == Grant.Category.PAID:
        raise ValueError("Credits for one model are promotional: paid ones pay for every model.")
    account = locked(organization.pk)
    if account.settled + amount > MOST:
        raise ValueError(f"The balance would be more than {money.usd(MOST)}.")
    return credit(account, amount, category=category, note=note, expires_at=expires, model=model, **more)


@transaction.atomic
def void(grant: Grant, *, note: str = "", actor: User | None = None) -> int:
    """Takes back what is left of it, but for what running requests hold; how much that was, in pico-USD."""
    account = locked(grant.account_id)
    ids = [account.pk]
    standing = locking.standings(locking.read(locking.lock(ids), ids))[account.pk]
    grant.refresh_from_db()
    # Of what begins later nothing can be held.
    free = standing.left(grant.model) if grant.effective_at <= standing.now else grant.remaining
    amount = max(0, min(grant.remaining, free))
    if amount:
        given = LedgerEntry.objects.filter(about_id=grant.pk, target=grant.category).order_by("at").first()
        origin = ORIGIN[Grant.Category(grant.category)]
        correction = entry(grant, Kind.CORRECTION, grant.category, origin, amount, clock.now())
        correction.corrects_id, correction.note = given.pk if given else None, note
        ledger.book([correction])
        grant.refresh_from_db()
        said = money.usd_exactly_enough(amount)
        audit.note(account.pk, actor, "credits.voided", f"{said} of credits taken back {grant.note}".strip())
    return amount
