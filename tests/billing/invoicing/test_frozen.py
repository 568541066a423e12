"""The database itself refuses to change what was invoiced, paid and credited."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from billing.invoicing.documents import document
from billing.invoicing.paying import credit, record_payment
from billing.models import CreditNote, Invoice, InvoiceDocument, InvoiceLine, Payment
from common.money import CENT, PICO
from tests.billing.invoicing.customer import Customer
from tests.billing.moving_clock import MovingClock


@pytest.fixture
def invoice(customer: Customer, books_clock: MovingClock) -> Invoice:
    customer.uses(12 * PICO)
    books_clock.to("2027-04-01T01:00:00")
    invoice = customer.invoice()
    record_payment(invoice, CENT, key="one", paid_on=books_clock.at.date())
    credit(invoice, CENT, key="two", reason="Why not")
    document(invoice)
    return invoice


def refused(change: Any) -> bool:
    try:
        with transaction.atomic():
            change()
    except DatabaseError:
        return True
    return False


@pytest.mark.parametrize(
    "change",
    [
        {"number": "2027-000009"},
        {"total": 13 * PICO},
        {"carried_on": 1},
        {"snapshot": {}},
        {"period_end": None},
        {"due_at": None},
        {"finalised_at": None},
        {"state": "draft"},
    ],
    ids=str,
)
def test_no_column_of_a_frozen_invoice_changes(invoice: Invoice, change: dict[str, Any]) -> None:
    assert refused(lambda: Invoice.objects.filter(pk=invoice.pk).update(**change))


def test_payments_go_on(invoice: Invoice) -> None:
    invoice.refresh_from_db()
    assert invoice.outstanding == 12 * PICO - 2 * CENT


@pytest.mark.parametrize("table", [InvoiceLine, InvoiceDocument, Payment, CreditNote])
def test_no_row_about_it_changes(invoice: Invoice, table: Any) -> None:
    column = {InvoiceLine: "position", InvoiceDocument: "sha256", Payment: "reference", CreditNote: "reason"}[table]
    rows = table.objects.filter(invoice=invoice)
    assert rows.count() == 1
    assert refused(lambda: rows.update(**{column: 7}))


@pytest.mark.skipif(connection.vendor == "sqlite", reason="tests on SQLite empty tables by deleting rows")
@pytest.mark.parametrize("table", [Invoice, InvoiceLine, InvoiceDocument, Payment, CreditNote])
def test_no_row_is_deleted(invoice: Invoice, table: Any) -> None:
    assert refused(lambda: table.objects.all()._raw_delete(using="default"))


def test_no_line_is_added(invoice: Invoice) -> None:
    line = InvoiceLine(invoice=invoice, position=99, kind="credits", amount=1, cents=0)
    assert refused(line.save)
