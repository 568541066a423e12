"""Admins are mailed when an invoice is finalised and when it becomes past due: each once, however often it runs."""

from __future__ import annotations

from typing import Any, cast

import pytest
from django.core import mail

from billing.invoicing import notices
from billing.invoicing.paying import record_payment
from billing.invoicing.run import run_invoices
from billing.models import Invoice
from common.money import PICO
from tests.billing.invoicing.customer import Customer, check_invoices
from tests.billing.moving_clock import MovingClock

GRACE_IS_OVER, DUE = "2027-04-01T01:00:00", "2027-04-15T01:00:00"


@pytest.fixture
def invoice(customer: Customer, books_clock: MovingClock) -> Invoice:
    """Of 3 dollars, finalised and told of."""
    customer.uses(3 * PICO)
    books_clock.to(GRACE_IS_OVER)
    return customer.invoice()


def subjects() -> list[str]:
    return [str(each.subject) for each in mail.outbox]


def test_a_finalised_invoice_is_told_once_with_its_number_total_due_date_and_link(invoice: Invoice) -> None:
    run_invoices()
    (told,) = mail.outbox
    assert told.to == ["alice@example.com"]
    assert told.subject == "Lineup: Invoice 2027-000001 for $3.00, due on 2027-04-15"
    link = f"http://127.0.0.1:8000/billing/invoices/{invoice.pk}"
    for piece in ("2027-000001", "$3.00", "2027-04-15", link):
        assert piece in str(told.body)
    ((html, kind),) = cast("mail.EmailMultiAlternatives", told).alternatives
    assert (kind, f'<a href="{link}">' in str(html)) == ("text/html", True)


def test_an_invoice_that_becomes_past_due_is_told_once_more(
    invoice: Invoice, customer: Customer, books_clock: MovingClock
) -> None:
    record_payment(invoice, PICO, key="part", paid_on=books_clock.at.date())
    books_clock.to(DUE)
    for _ in range(2):
        run_invoices()
    assert subjects()[1:] == ["Lineup: Invoice 2027-000001 is past due: $2.00 still to be paid"]
    assert "2027-04-15" in str(mail.outbox[1].body)
    check_invoices(customer.account)


def test_one_that_was_paid_in_time_is_not(invoice: Invoice, books_clock: MovingClock) -> None:
    record_payment(invoice, 3 * PICO, key="all", paid_on=books_clock.at.date())
    books_clock.to(DUE)
    run_invoices()
    assert len(subjects()) == 1


def test_of_a_month_that_asks_for_nothing_nobody_is_told(customer: Customer, books_clock: MovingClock) -> None:
    customer.is_given(PICO)
    customer.uses(PICO)
    books_clock.to(GRACE_IS_OVER)
    assert customer.invoices() == []
    assert not mail.outbox


def test_what_could_not_be_sent_is_tried_again_and_what_was_told_is_not(
    customer: Customer, books_clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise ConnectionRefusedError

    customer.uses(PICO)
    books_clock.to(GRACE_IS_OVER)
    with monkeypatch.context() as patched:
        patched.setattr(notices, "mail_admins", broken)
        run_invoices()
    assert not mail.outbox
    for _ in range(2):
        run_invoices()
    assert len(mail.outbox) == 1


def test_what_another_process_claimed_is_not_sent_again(
    customer: Customer, books_clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It claims the same one between the look and the claim."""
    customer.uses(PICO)
    books_clock.to(GRACE_IS_OVER)
    before = notices.send

    def another_is_first(*arguments: Any) -> None:
        before(*arguments)
        before(*arguments)

    monkeypatch.setattr(notices, "send", another_is_first)
    run_invoices()
    assert len(mail.outbox) == 1


def test_what_no_mail_server_took_for_a_week_is_left_to_the_pages(invoice: Invoice, books_clock: MovingClock) -> None:
    mail.outbox.clear()
    Invoice.objects.update(announced_at=None)
    books_clock.by(days=8)
    run_invoices()
    assert not mail.outbox
