"""When an organization gets an invoice: at a month's end, and when it leaves a plan that bills overage.

An account has one draft at a time, and its periods follow one another: so nothing is invoiced twice, whoever runs.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min, Q

from billing import audit
from billing.invoicing.owing import owed
from billing.models import Account, Book, Invoice, LedgerDay, PlanChange
from billing.usage.periods import Grain
from common import clock
from common.money import CENT


def last_of(account: Account) -> Invoice | None:
    """The draft if there is one: it follows all others."""
    return Invoice.objects.for_account(account).first()


def due(account: Account, last: Invoice | None) -> tuple[datetime, datetime] | None:
    """From when to when the first invoice is that a month's end since the last one asks for; None: none is due."""
    start, now = _start(account, last), clock.now()
    while start is not None and (end := Grain.MONTH.after(Grain.MONTH.floor(start))) <= now:
        if _is_billed(account, start) and owed(account, before=end) >= CENT:
            return start, end
        start = end
    return None


def open_draft(account: Account, start: datetime, end: datetime) -> Invoice:
    """The account is locked, and has no draft."""
    draft = Invoice.objects.create(account=account, period_start=start, period_end=end, finalise_at=end + grace())
    audit.note(account.pk, None, "invoice.drafted", f"Invoice drafted for {start:%Y-%m-%d} to {end:%Y-%m-%d %H:%M} UTC")
    return draft


def leave(account: Account) -> None:
    """What is owed on a plan that billed it is invoiced at once. The account is locked."""
    now = clock.now()
    draft = Invoice.objects.for_account(account).drafts().first()
    if draft:
        # The account has left in the grace of a month's end: the rest comes with that, and no later for it.
        draft.period_end = now
        draft.save(update_fields=["period_end"])
        return
    start = _start(account, last_of(account))
    if start is not None and start < now and owed(account, before=Grain.MONTH.ceiling(now)) >= CENT:
        open_draft(account, start, now)


def gathering(account: Account, last: Invoice | None, now: datetime) -> Invoice:
    """The running month as an invoice that is not written down, after the last one that is."""
    month = Grain.MONTH.floor(now)
    start = max(month, last.period_end) if last else month
    end = Grain.MONTH.after(month)
    return Invoice(
        account=account,
        state=Invoice.State.GATHERING,
        period_start=start,
        period_end=end,
        finalise_at=end + grace(),
    )


def grace() -> timedelta:
    return timedelta(minutes=settings.INVOICE_GRACE_MINUTES)


def _start(account: Account, last: Invoice | None) -> datetime | None:
    """Where the last invoice ends; without one, the month in which something was owed first; None: nothing ever was."""
    if last:
        return last.period_end
    first: datetime | None = LedgerDay.objects.filter(account=account, source=Book.OWED).aggregate(Min("day"))[
        "day__min"
    ]
    return Grain.MONTH.floor(first) if first else None


def _is_billed(account: Account, start: datetime) -> bool:
    """Whether it has been on a plan that bills overage since then; elsewhere the next credits pay what is owed."""
    changes = PlanChange.objects.filter(account=account, at__gte=start)
    return (
        account.plan.bills_overage
        or changes.filter(Q(before__bills_overage=True) | Q(after__bills_overage=True)).exists()
    )
