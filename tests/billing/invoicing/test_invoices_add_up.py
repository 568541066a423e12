"""Whatever is used, given, changed and paid over months, in whatever order: invoices add up and stay as they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.invoicing.paying import credit, record_payment
from billing.invoicing.run import run_invoices
from billing.models import Invoice, Reservation
from billing.usage.periods import Grain
from common.money import CENT
from tests.billing.invoicing.customer import Customer, check_invoices
from tests.billing.moving_clock import MovingClock
from tests.billing.wishes import clear_books

models = st.sampled_from(["a/model", "b/model"])
#: Pico-USD: fractions of a cent as well as whole ones.
costs = st.integers(0, 3 * CENT) | st.sampled_from([CENT, CENT - 1, 7])
step = st.one_of(
    st.tuples(st.just("uses"), costs, models),
    st.tuples(st.just("asks"), costs, models),
    st.tuples(st.just("ends"), st.booleans()),
    st.tuples(st.just("given"), st.integers(1, 4 * CENT), st.booleans()),
    st.tuples(st.just("plan"), st.sampled_from(["pro", "free", "enterprise"])),
    st.tuples(st.just("waits"), st.integers(1, 80), st.booleans()),
    st.tuples(st.just("month_ends"), st.sampled_from([-1, 0, 3_599_999_999, 3_600_000_000])),
    st.tuples(st.just("run")),
    st.tuples(st.just("pays"), st.integers(1, 4), st.booleans()),
)


class Months(Customer):
    def __init__(self, customer: Customer) -> None:
        super().__init__(customer.user, customer.project, customer.clock)
        self.running: list[tuple[Reservation, Any]] = []
        self.seen: dict[Any, Any] = {}
        self.count = 0

    def apply(self, step: tuple[Any, ...]) -> None:
        getattr(self, f"_{step[0]}")(*step[1:])
        check_invoices(self.account)
        self._compare()

    def _compare(self) -> None:
        """What was frozen once is as it was."""
        for invoice in Invoice.objects.frozen().prefetch_related("lines"):
            lines = list(invoice.lines.values_list())
            told = (invoice.number, invoice.total, invoice.carried_on, invoice.snapshot, lines)
            assert self.seen.setdefault(invoice.pk, told) == told

    def _uses(self, cost: int, model: str) -> None:
        row = self.asks(cost, model=model)
        if row:
            self.ends(row)

    def _asks(self, cost: int, model: str) -> None:
        row = self.asks(cost, model=model)
        if row:
            self.running.append((row, self.clock.at))

    def _ends(self, is_late: bool) -> None:
        """Late: as a process that died tells later, when somebody finds what it left."""
        if self.running:
            row, since = self.running.pop(0)
            self.ends(row, since if is_late else self.clock.at)

    def _given(self, amount: int, expires: bool) -> None:
        self.is_given(amount, expires=self.clock.at + timedelta(days=20) if expires else None)

    def _plan(self, slug: str) -> None:
        self.goes_to(slug)

    def _waits(self, number: int, are_days: bool) -> None:
        self.clock.at += timedelta(days=number) if are_days else timedelta(minutes=number)

    def _month_ends(self, microseconds: int) -> None:
        end = Grain.MONTH.after(Grain.MONTH.floor(self.clock.at)) + timedelta(microseconds=microseconds)
        self.clock.at = end

    def _run(self) -> None:
        gathering = self.gathering()
        assert sum(line.amount for line in gathering.lines) == gathering.total
        run_invoices()

    def _pays(self, cents: int, is_credit: bool) -> None:
        invoice = Invoice.objects.filter(state="open").first()
        if invoice is None:
            return
        self.count += 1
        amount = min(cents * CENT, invoice.outstanding)
        if is_credit:
            credit(invoice, amount, key=str(self.count), reason="Because")
        else:
            record_payment(invoice, amount, key=str(self.count), paid_on=self.clock.at.date())


@pytest.fixture
def months(customer: Customer) -> Months:
    return Months(customer)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(step, max_size=30))
def test_every_order_of_events_adds_up(months: Months, books_clock: MovingClock, steps: list[tuple[Any, ...]]) -> None:
    clear_books()
    books_clock.to("2027-11-10T12:00:00")
    fresh = Months(months)
    fresh.goes_to("pro")
    for each in steps:
        fresh.apply(each)
