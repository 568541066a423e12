"""A month ends, its grace passes, and what was owed is invoiced: once, to the last pico-dollar."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from accounts.models import Project, Team
from billing import ledger
from billing.accounts import locked
from billing.invoicing import drafting, finalising
from billing.invoicing.owing import owed
from billing.invoicing.run import run_invoices
from billing.models import Account, Book, Invoice, InvoiceLine
from common.money import CENT, PICO
from tests.billing.invoicing.customer import Customer, check_invoices
from tests.billing.moving_clock import MovingClock
from tests.billing.usage.records import moment


def balance(customer: Customer, book: Book) -> int:
    return ledger.balances(customer.account, customer.clock.at)[book]


def test_usage_beyond_credits_is_invoiced_in_whole_cents(customer: Customer, books_clock: MovingClock) -> None:
    customer.uses(3 * PICO + 7, model="a/model")
    customer.uses(CENT // 2, model="b/model")
    books_clock.to("2027-04-01T01:00:00")
    invoice = customer.invoice()
    assert (invoice.number, invoice.total) == ("2027-000001", 3 * PICO)
    assert (invoice.period_start, invoice.period_end) == (moment("2027-03-01T00:00:00"), moment("2027-04-01T00:00:00"))
    assert (invoice.state, invoice.outstanding) == ("open", 3 * PICO)
    assert invoice.due_at == books_clock.at + timedelta(days=14)
    told = [(line.kind, line.model, line.amount) for line in invoice.lines.all()]
    assert told == [
        ("usage", "a/model", 3 * PICO + 7),
        ("usage", "b/model", CENT // 2),
        ("carried_on", "", -(CENT // 2 + 7)),
    ]
    assert balance(customer, Book.OWED) == -(CENT // 2 + 7)
    assert balance(customer, Book.INVOICED) == -3 * PICO
    check_invoices(customer.account)


def test_the_fraction_comes_with_the_next_invoice(customer: Customer, books_clock: MovingClock) -> None:
    customer.uses(CENT + CENT // 2)
    books_clock.to("2027-04-01T01:00:00")
    run_invoices()
    customer.uses(CENT + CENT // 2)
    books_clock.to("2027-05-01T01:00:00")
    _, second = customer.invoices()
    assert second.total == 2 * CENT
    assert [(line.kind, line.amount) for line in second.lines.all()] == [
        ("usage", CENT + CENT // 2),
        ("carried_in", CENT // 2),
    ]
    check_invoices(customer.account)


def test_what_credits_paid_is_a_line_that_takes_it_off(customer: Customer, books_clock: MovingClock) -> None:
    customer.is_given(2 * CENT)
    customer.uses(5 * CENT)
    books_clock.to("2027-04-01T01:00:00")
    invoice = customer.invoice()
    assert invoice.total == 3 * CENT
    assert [(line.kind, line.amount) for line in invoice.lines.all()] == [("usage", 5 * CENT), ("credits", -2 * CENT)]
    check_invoices(customer.account)


def test_a_month_that_credits_paid_asks_for_nothing(customer: Customer, books_clock: MovingClock) -> None:
    customer.is_given(5 * CENT)
    customer.uses(5 * CENT)
    books_clock.to("2027-04-01T01:00:00")
    assert customer.invoices() == []


def test_less_than_a_cent_waits(customer: Customer, books_clock: MovingClock) -> None:
    customer.uses(CENT - 1)
    books_clock.to("2027-04-01T01:00:00")
    assert customer.invoices() == []
    customer.uses(1)
    books_clock.to("2027-05-01T01:00:00")
    invoice = customer.invoice()
    assert invoice.total == CENT
    assert [line.month and line.month.month for line in invoice.lines.all()] == [3, 4]
    check_invoices(customer.account)


def test_an_account_without_overage_gets_none(customer: Customer, books_clock: MovingClock) -> None:
    customer.is_given(5 * CENT)
    customer.goes_to("free")
    customer.uses(CENT)
    books_clock.to("2027-05-01T01:00:00")
    assert customer.invoices() == []


def test_late_usage_lands_on_the_draft_while_its_grace_lasts(customer: Customer, books_clock: MovingClock) -> None:
    customer.uses(CENT)
    late = customer.asks(CENT)
    assert late
    ended = books_clock.at
    books_clock.to("2027-04-01T00:00:00")
    assert customer.invoice().state == "draft"
    books_clock.to("2027-04-01T00:59:59")
    customer.ends(late, ended)
    assert customer.invoice().state == "draft"
    books_clock.to("2027-04-01T01:00:00")
    assert customer.invoice().total == 2 * CENT
    check_invoices(customer.account)


def test_usage_of_the_next_month_does_not(customer: Customer, books_clock: MovingClock) -> None:
    customer.uses(CENT)
    books_clock.to("2027-04-01T00:30:00")
    customer.uses(7 * CENT)
    run_invoices()
    assert customer.gathering().total == 7 * CENT
    books_clock.to("2027-04-01T01:00:00")
    assert customer.invoice().total == CENT
    assert customer.gathering().total == 7 * CENT
    check_invoices(customer.account)


def test_usage_that_comes_later_is_on_the_next_invoice_under_its_own_month(
    customer: Customer, books_clock: MovingClock
) -> None:
    customer.uses(CENT)
    late = customer.asks(2 * CENT)
    assert late
    ended = books_clock.at
    books_clock.to("2027-04-01T01:00:00")
    first = customer.invoice()
    frozen = first.snapshot
    customer.ends(late, ended)
    customer.uses(4 * CENT)
    books_clock.to("2027-05-01T01:00:00")
    first, second = customer.invoices()
    assert first.snapshot == frozen
    months = [(line.month and line.month.month, line.amount) for line in second.lines.all()]
    assert months == [(3, 2 * CENT), (4, 4 * CENT)]
    assert second.total == 6 * CENT
    check_invoices(customer.account)


@pytest.mark.parametrize(
    ("last", "first"),
    [
        ("2027-03-31T23:59:59.999999", "2027-04-01T00:00:00"),
        ("2028-02-29T23:59:59.999999", "2028-03-01T00:00:00"),
        ("2027-02-28T23:59:59.999999", "2027-03-01T00:00:00"),
        ("2027-12-31T23:59:59.999999", "2028-01-01T00:00:00"),
    ],
)
def test_the_last_microsecond_is_this_months_and_the_first_the_next_ones(
    customer: Customer, books_clock: MovingClock, last: str, first: str
) -> None:
    books_clock.to(last)
    customer.uses(CENT)
    books_clock.to(first)
    customer.uses(2 * CENT)
    books_clock.to((moment(first) + timedelta(hours=1)).isoformat())
    one = customer.invoice()
    assert (one.period_end, one.total) == (moment(first), CENT)
    assert one.number == f"{books_clock.at.year}-000001"
    books_clock.to((moment(first) + timedelta(days=40)).isoformat())
    _, two = customer.invoices()
    assert two.total == 2 * CENT
    check_invoices(customer.account)


def test_months_in_which_nobody_ran_it_get_their_invoices_in_order(
    customer: Customer, books_clock: MovingClock
) -> None:
    for month in (3, 4, 5):
        books_clock.to(f"2027-0{month}-10T00:00:00")
        customer.uses(month * CENT)
    books_clock.to("2027-06-15T00:00:00")
    invoices = customer.invoices()
    assert [(each.period_end.month, each.total // CENT) for each in invoices] == [(4, 3), (5, 4), (6, 5)]
    assert [each.number for each in invoices] == ["2027-000001", "2027-000002", "2027-000003"]
    check_invoices(customer.account)


def test_requests_do_not_wait_at_the_accounts_lock_while_months_are_looked_through(
    customer: Customer, books_clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[bool] = []

    def look(account: Account, *, before: datetime) -> int:
        looked.append(connection.in_atomic_block)
        return owed(account, before=before)

    monkeypatch.setattr(drafting, "owed", look)
    customer.uses(CENT)
    books_clock.to("2027-06-15T00:00:00")
    assert len(customer.invoices()) == 1
    assert looked
    assert not any(looked)


def be_overtaken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another run does its work between the next look and the lock."""

    def late(organization_id: UUID) -> Account:
        monkeypatch.setattr(finalising, "locked", locked)
        run_invoices()
        return locked(organization_id)

    monkeypatch.setattr(finalising, "locked", late)


def test_who_finds_another_invoice_at_the_lock_looks_again(
    customer: Customer, books_clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer.uses(CENT)
    books_clock.to("2027-04-20T00:00:00")
    customer.uses(2 * CENT)
    books_clock.to("2027-05-20T00:00:00")
    be_overtaken(monkeypatch)
    assert [invoice.total // CENT for invoice in customer.invoices()] == [1, 2]
    check_invoices(customer.account)


def test_who_finds_a_draft_at_the_lock_makes_no_other(
    customer: Customer, books_clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer.uses(CENT)
    books_clock.to("2027-04-01T00:30:00")
    be_overtaken(monkeypatch)
    assert finalising.draft(customer.account.pk) == Invoice.objects.get()


def test_a_year_has_its_own_numbers(customer: Customer, books_clock: MovingClock) -> None:
    for date in ("2027-11-10", "2027-12-10"):
        books_clock.to(f"{date}T00:00:00")
        run_invoices()
        customer.uses(CENT)
    books_clock.to("2028-01-01T01:00:00")
    assert [each.number for each in customer.invoices()] == ["2027-000001", "2028-000001"]


def test_running_it_twice_changes_nothing(customer: Customer, books_clock: MovingClock) -> None:
    customer.uses(CENT)
    books_clock.to("2027-04-01T01:00:00")
    once = customer.invoice()
    assert customer.invoice() == once
    assert InvoiceLine.objects.count() == 1
    check_invoices(customer.account)


def test_who_leaves_a_plan_with_overage_is_invoiced_at_once(customer: Customer, books_clock: MovingClock) -> None:
    customer.uses(7 * PICO)
    customer.goes_to("free")
    draft = customer.invoice()
    assert (draft.state, draft.period_end) == ("draft", books_clock.at)
    owed = -balance(customer, Book.OWED)
    books_clock.by(hours=1)
    invoice = customer.invoice()
    assert (invoice.state, invoice.total) == ("open", owed)
    check_invoices(customer.account)
    books_clock.to("2027-05-01T02:00:00")
    assert len(customer.invoices()) == 1


def test_who_leaves_in_the_grace_of_a_months_end_gets_one_invoice_for_both(
    customer: Customer, books_clock: MovingClock
) -> None:
    customer.uses(PICO)
    books_clock.to("2027-04-01T00:10:00")
    run_invoices()
    customer.uses(9 * PICO)
    customer.goes_to("free")
    books_clock.to("2027-04-01T01:10:00")
    invoice = customer.invoice()
    assert invoice.period_end == moment("2027-04-01T00:10:00")
    assert {line.month.month for line in invoice.lines.all() if line.month} == {3, 4}
    check_invoices(customer.account)


def test_a_draft_that_credits_have_paid_meanwhile_is_dropped(customer: Customer, books_clock: MovingClock) -> None:
    customer.uses(7 * PICO)
    customer.goes_to("free")
    customer.is_given(9 * PICO)
    books_clock.by(hours=1)
    assert customer.invoices() == []
    assert Invoice.objects.count() == 0


def test_lines_are_by_month_project_and_model(customer: Customer, books_clock: MovingClock, project: Project) -> None:
    other = Project.objects.create(team=Team.objects.get(pk=project.team_id), slug="another")
    customer.uses(CENT, model="b/model")
    customer.uses(CENT, model="a/model")
    customer.uses(CENT, model="a/model")
    customer.project = other
    customer.uses(CENT, model="a/model")
    books_clock.to("2027-04-01T01:00:00")
    told = [
        (line.project, line.model, line.requests, line.completion_tokens) for line in customer.invoice().lines.all()
    ]
    assert told == [
        ("alice/another", "a/model", 1, 1),
        ("alice/playground", "a/model", 2, 2),
        ("alice/playground", "b/model", 1, 1),
    ]


def test_the_running_month_says_what_its_invoice_will(customer: Customer, books_clock: MovingClock) -> None:
    customer.is_given(CENT)
    customer.uses(3 * CENT + 5)
    preview = customer.gathering()
    books_clock.to("2027-04-01T01:00:00")
    invoice = customer.invoice()
    assert preview.total == invoice.total
    said = [(line.kind, line.amount, line.cents) for line in preview.lines]
    assert said == [(line.kind, line.amount, line.cents) for line in invoice.lines.all()]
