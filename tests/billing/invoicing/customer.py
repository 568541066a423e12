"""An organization that uses models, at the time a test's clock tells, and gets invoices for it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Project, User
from billing.accounts import account_of
from billing.book import book
from billing.grants import grant
from billing.invoicing import drafting, statement
from billing.invoicing.run import run_invoices
from billing.invoicing.statement import Statement
from billing.models import Account, Grant, Invoice, InvoiceLine, Plan, Reservation, UsageMonth
from billing.plan_changes import change_plan
from billing.plans import PLANS
from billing.prices import UnitPrices
from common import clock
from common.money import CENT
from tests.billing.moving_clock import MovingClock
from tests.billing.wishes import check_books, used, wish


class Customer:
    def __init__(self, user: User, project: Project, clock: MovingClock) -> None:
        self.user, self.project, self.clock = user, project, clock

    @property
    def account(self) -> Account:
        return account_of(self.project.team.organization_id)

    def goes_to(self, slug: str) -> None:
        plan, _ = Plan.objects.get_or_create(slug=slug, defaults=PLANS[slug] | {"included_credits": 0})
        change_plan(self.account.pk, plan)

    def is_given(self, amount: int, **details: Any) -> Grant:
        return grant(self.project.team.organization, amount, **details)

    def asks(self, cost: int, *, model: str = "a/model") -> Reservation | None:
        """A request for so many pico-USD; None if it is refused."""
        wanted = wish(
            self.user,
            self.project,
            model=model,
            prices=UnitPrices(input=0, cached_input=0, output=cost),
            prompt_estimate=0,
            asked_output=1,
            created_at=self.clock.at,
        )
        with transaction.atomic():
            (answer,) = book([], [wanted])
        return answer if isinstance(answer, Reservation) else None

    def ends(self, row: Reservation, at: datetime | None = None) -> None:
        """It ended then, and is booked now."""
        book([used(row, prompt=0, completion=1, ended_at=at or self.clock.at)], [])

    def uses(self, cost: int, *, model: str = "a/model", at: datetime | None = None) -> None:
        row = self.asks(cost, model=model)
        assert row is not None
        self.ends(row, at)

    def gathering(self) -> Statement:
        return statement.of(drafting.gathering(self.account, drafting.last_of(self.account), clock.now()))

    def invoices(self) -> list[Invoice]:
        """Oldest first, after a run."""
        run_invoices()
        return list(Invoice.objects.filter(account=self.account).order_by("period_end"))

    def invoice(self) -> Invoice:
        (only,) = self.invoices()
        return only


def check_invoices(account: Account) -> None:
    """Every pico-dollar used is on one line of one frozen invoice or on none yet, and each invoice adds up."""
    check_books()
    frozen = list(Invoice.objects.for_account(account).frozen().prefetch_related("lines").order_by("number"))
    for invoice in frozen:
        lines = list(invoice.lines.all())
        assert sum(line.amount for line in lines) == invoice.total == sum(line.shown for line in lines)
        assert all(abs(line.amount - line.shown) < CENT for line in lines)
    check_usage(account)
    numbers = [invoice.number for invoice in frozen]
    years = {number[:4] for number in numbers}
    for year in years:
        own = [int(number[5:]) for number in numbers if number.startswith(year)]
        assert own == list(range(1, len(own) + 1)), "numbers have no gaps"
    ends = [invoice.period_end for invoice in Invoice.objects.for_account(account).order_by("period_end")]
    starts = [invoice.period_start for invoice in Invoice.objects.for_account(account).order_by("period_end")]
    assert all(end <= start for end, start in zip(ends, starts[1:], strict=False)), "periods do not overlap"


def check_usage(account: Account) -> None:
    lines = InvoiceLine.objects.filter(invoice__account=account, kind="usage")
    billed: dict[tuple[datetime, uuid.UUID, str], int] = {}
    for line in lines:
        assert line.month
        assert line.project_id
        key = line.month, line.project_id, line.model
        billed[key] = billed.get(key, 0) + line.amount
    far = datetime.max.replace(year=9000, tzinfo=account.organization.created_at.tzinfo)
    waiting = {key: sums[-1] for key, sums in statement.unbilled(account, None, far).items()}
    months = UsageMonth.objects.filter(organization_id=account.pk)
    for month, project, model, cost in months.summed("month", "project_id", "model", sums=("cost",)):
        key = month, project, model
        assert billed.get(key, 0) + waiting.get(key, 0) == cost
        assert waiting.get(key, 0) >= 0
