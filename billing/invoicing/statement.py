"""What an invoice says: usage that no invoice has billed, less what credits paid of it, in whole cents.

The lines of a draft and of the running month are made by the same code as those that are frozen.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing.invoicing.owing import owed
from billing.models import Account, Invoice, InvoiceLine, UsageMonth
from billing.usage.reading import SUMS
from billing.usage.splits import Split
from common import money
from common.money import CENT

Kind = InvoiceLine.Kind
#: Whose usage, of which month, in which project, with which model; and the sums, in the order of SUMS.
Used = dict[tuple[datetime, uuid.UUID, str], tuple[int, ...]]
KEY = ("month", "project_id", "model")


@dataclass(frozen=True, slots=True)
class Statement:
    """Pico-USD; the total is whole cents, and what the cents of the lines add up to."""

    lines: list[InvoiceLine]
    total: int
    #: The fraction of a cent that stays owed.
    carried_on: int

    @property
    def usage(self) -> list[InvoiceLine]:
        return [line for line in self.lines if line.kind == Kind.USAGE]


def of(invoice: Invoice) -> Statement:
    """Of a draft, or of the running month."""
    account, through = invoice.account, invoice.through
    draft = Invoice.objects.for_account(account).drafts().first() if invoice.state == Invoice.State.GATHERING else None
    # What is owed is read before what was used: what ends in between was then paid by nobody yet.
    debt = owed(account, before=through)
    if draft is None:
        before = Invoice.objects.for_account(account).frozen().first()
        return _statement(account, None, through, debt, before.carried_on if before else 0)
    earlier = of(draft)
    return _statement(account, draft.through, through, debt - earlier.total, earlier.carried_on)


def amount(invoice: Invoice) -> int:
    """What it asks for, without the lines that say why."""
    if invoice.is_frozen:
        return invoice.total
    drafts = Invoice.objects.for_account(invoice.account).drafts() if invoice.state == Invoice.State.GATHERING else []
    return owed(invoice.account, before=invoice.through) // CENT * CENT - sum(map(amount, drafts))


def _statement(account: Account, since: datetime | None, through: datetime, debt: int, carried_in: int) -> Statement:
    total = max(0, debt) // CENT * CENT
    carried_on = max(0, debt) - total
    lines = list(_usage(account, since, through))
    applied = max(0, debt) - carried_in - sum(line.amount for line in lines)
    for kind, amount in ((Kind.CREDITS, applied), (Kind.CARRIED_IN, carried_in), (Kind.CARRIED_ON, -carried_on)):
        if amount:
            lines.append(InvoiceLine(kind=kind, amount=amount))
    cents = money.in_cents([line.amount for line in lines])
    for position, (line, shown) in enumerate(zip(lines, cents, strict=True), 1):
        line.position, line.cents = position, shown
    return Statement(lines, total, carried_on)


def _usage(account: Account, since: datetime | None, through: datetime) -> Iterable[InvoiceLine]:
    used = unbilled(account, since, through)
    names = Split.PROJECT.names({project for _, project, _ in used})
    for (month, project, model), sums in sorted(used.items(), key=lambda item: _order(item[0], names)):
        requests, errors, prompt, cached, completion, cost = sums
        yield InvoiceLine(
            kind=Kind.USAGE,
            month=month,
            project_id=project,
            project=Split.PROJECT.called(project, names)[:200],
            model=model,
            requests=requests,
            errors=errors,
            prompt_tokens=prompt,
            cached_tokens=cached,
            completion_tokens=completion,
            amount=cost,
        )


def _order(key: tuple[datetime, uuid.UUID, str], names: Any) -> tuple[Any, ...]:
    month, project, model = key
    return month, Split.PROJECT.called(project, names), project, model


def unbilled(account: Account, since: datetime | None, through: datetime) -> Used:
    """Used in those months, less what is on frozen invoices: usage that came late appears by itself."""
    months = UsageMonth.objects.filter(organization_id=account.pk, month__lt=through)
    lines = InvoiceLine.objects.filter(invoice__account=account, kind=Kind.USAGE, month__lt=through)
    if since:
        months, lines = months.filter(month__gte=since), lines.filter(month__gte=since)
    used: Used = {row[:3]: tuple(map(int, row[3:])) for row in months.summed(*KEY)}
    billed = lines.values_list(*KEY, *BILLED).order_by()
    for month, project, model, *sums in billed:
        key = month, project, model
        used[key] = tuple(have - had for have, had in zip(used[key], sums, strict=True))
    return {key: sums for key, sums in used.items() if any(sums)}


#: The columns of lines that stand for SUMS, of which the last is money.
BILLED = (*SUMS[:-1], "amount")
