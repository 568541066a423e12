"""Invoices as the organization's admins see them, and as the operator's staff book about them."""

from __future__ import annotations

import csv
import hashlib
import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Organization, User
from accounts.signup import welcome
from billing.invoicing import pdf
from billing.invoicing.run import run_invoices
from billing.models import AuditEvent, Book, CreditNote, Invoice, InvoiceDocument, Payment
from common.money import CENT, PICO
from tests.billing.invoicing.customer import Customer, check_invoices
from tests.billing.invoicing.test_months import balance
from tests.billing.moving_clock import MovingClock
from tests.conftest import person, signed_in


@pytest.fixture
def invoice(customer: Customer, books_clock: MovingClock) -> Invoice:
    """Of twelve dollars and some, two of which credits have paid."""
    customer.is_given(2 * PICO)
    customer.uses(12 * PICO + 345 * CENT // 10, model="maker/<b>model</b>")
    books_clock.to("2027-04-01T01:00:00")
    return customer.invoice()


@pytest.fixture
def operator(db: None) -> Client:
    user = person("olga")
    User.objects.filter(pk=user.pk).update(is_staff=True)
    user.refresh_from_db()
    welcome(user)
    return signed_in(user)


def address(name: str, invoice: Invoice) -> str:
    return reverse(name, kwargs={"pk": invoice.pk})


def pay(client: Client, invoice: Invoice, amount: str, **more: str) -> Any:
    said = {"amount": amount, "paid_on": "2027-04-01", "key": "0b7d7c3e-8d6f-4c7c-9a55-000000000001"} | more
    return client.post(
        address("payment-record", invoice), {f"payment-{name}": value for name, value in said.items()}, follow=True
    )


def test_an_admin_reads_it(alice_client: Client, invoice: Invoice) -> None:
    page = alice_client.get(address("invoice", invoice)).content.decode()
    assert "Invoice 2027-000001" in page
    assert "maker/&lt;b&gt;model&lt;/b&gt;" in page
    assert "Record a payment" not in page
    assert 'data-amount="10340000000000"' in page, "the total"
    assert "2027-000001" in alice_client.get(reverse("invoices")).content.decode()


def test_a_member_is_told_that_it_is_for_admins(bob_client: Client, invoice: Invoice) -> None:
    answer = bob_client.get(address("invoice", invoice))
    assert answer.status_code == 403
    assert "Only admins" in answer.content.decode()


@pytest.mark.parametrize("name", ["invoice", "invoice-pdf", "invoice-csv"])
def test_a_stranger_finds_nothing(charlie_client: Client, invoice: Invoice, name: str) -> None:
    assert charlie_client.get(address(name, invoice)).status_code == 404


def test_the_pdf_is_the_same_for_ever(
    alice_client: Client, invoice: Invoice, customer: Customer, books_clock: MovingClock
) -> None:
    first = alice_client.get(address("invoice-pdf", invoice))
    assert first.content.startswith(b"%PDF-")
    assert first["ETag"] == f'"{hashlib.sha256(first.content).hexdigest()}"'
    Organization.objects.filter(pk=invoice.account_id).update(name="Renamed")
    customer.goes_to("enterprise")
    books_clock.to("2027-07-01T00:00:00")
    assert alice_client.get(address("invoice-pdf", invoice)).content == first.content
    assert "Renamed" not in alice_client.get(address("invoice", invoice)).content.decode().partition("<main")[2]


@pytest.mark.parametrize(
    "name", ["Zażółć gęślą", "日本語の会社 🦓", "שלום", "a\tb\u202e\u0301\x7f", "‮" * 99, "x" * 100]
)
def test_every_name_can_be_drawn(alice_client: Client, customer: Customer, books_clock: MovingClock, name: str) -> None:
    Organization.objects.filter(pk=customer.account.pk).update(name=name)
    customer.uses(CENT, model=name)
    books_clock.to("2027-04-01T01:00:00")
    assert alice_client.get(address("invoice-pdf", customer.invoice())).content.startswith(b"%PDF-")


def test_one_that_cannot_be_drawn_keeps_no_other_waiting(
    invoice: Invoice, customer: Customer, books_clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for month in ("2027-05-15T12:00:00", "2027-06-15T12:00:00"):
        customer.uses(3 * PICO)
        books_clock.to(month)
    drawn = pdf.drawn

    def draw(snapshot: dict[str, Any]) -> bytes:
        if snapshot["number"] == made[0]:
            raise ValueError("no such glyph")
        return drawn(snapshot)

    made = ["2027-000002", "2027-000003"]
    monkeypatch.setattr(pdf, "drawn", draw)
    assert [str(each.number) for each in run_invoices()] == made
    assert set(InvoiceDocument.objects.values_list("invoice__number", flat=True)) == {invoice.number, made[1]}


def test_the_csv_adds_up_exactly(alice_client: Client, invoice: Invoice) -> None:
    text = alice_client.get(address("invoice-csv", invoice)).content.decode()
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [line["kind"] for line in lines] == ["usage", "credits", "carried_on"]
    for column in ("exact_usd", "usd"):
        assert sum(Decimal(line[column]) for line in lines) == Decimal("10.34")


def test_the_upcoming_invoice_is_first_in_the_list(alice_client: Client, invoice: Invoice, customer: Customer) -> None:
    customer.uses(3 * PICO)
    rows = alice_client.get(reverse("invoices")).context["invoices"]
    assert [(row.standing, row.amount) for row in rows] == [("Upcoming", 3 * PICO), ("To be paid", 1034 * CENT)]
    page = alice_client.get(reverse("invoice-upcoming")).content.decode()
    assert "if the month ended now" in page
    assert (
        '<tr data-total><th scope="row" colspan="7">Total</th><td class="number" data-amount="3000000000000">' in page
    )


def test_what_is_not_paid_in_time_is_past_due(alice_client: Client, invoice: Invoice, books_clock: MovingClock) -> None:
    assert "Past due" not in alice_client.get(reverse("invoices")).content.decode()
    books_clock.by(days=14)
    assert "Past due" in alice_client.get(reverse("invoices")).content.decode()
    assert Invoice.objects.to_be_paid().filter(due_at__lte=books_clock.at).get() == invoice


# What the operator books ---------------------------------------------------------------------------


def test_a_payment_pays_it(operator: Client, invoice: Invoice, customer: Customer) -> None:
    page = operator.get(address("invoice", invoice)).content.decode()
    assert "Record a payment" in page
    pay(operator, invoice, "10.34", reference="SEPA 42")
    invoice.refresh_from_db()
    assert (invoice.state, invoice.outstanding) == ("paid", 0)
    assert balance(customer, Book.INVOICED) == 0
    assert balance(customer, Book.MONEY) == -1034 * CENT
    assert AuditEvent.objects.filter(action="invoice.paid", actor_name="olga").count() == 1
    assert "Record a payment" not in operator.get(address("invoice", invoice)).content.decode()
    check_invoices(customer.account)


def test_it_may_be_paid_in_parts(operator: Client, invoice: Invoice) -> None:
    pay(operator, invoice, "4.00")
    invoice.refresh_from_db()
    assert (invoice.state, invoice.outstanding) == ("open", 634 * CENT)
    pay(operator, invoice, "6.34", key="0b7d7c3e-8d6f-4c7c-9a55-000000000002")
    invoice.refresh_from_db()
    assert invoice.state == "paid"


def test_a_double_click_pays_once(operator: Client, invoice: Invoice) -> None:
    for _ in range(2):
        pay(operator, invoice, "4.00")
    assert Payment.objects.get().amount == 4 * PICO


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("10.35", "Only $10.34 is still to be paid."),
        ("0", "must be more than 0"),
        ("-1", "must be more than 0"),
        ("1.001", "Only whole cents"),
        ("1e99", "not an amount of dollars"),
        ("9999999999", "At most"),
        ("99999999999999999999", "At most"),
        ("NaN", "not an amount of dollars"),
        ("nine", "not an amount of dollars"),
    ],
)
def test_an_amount_that_cannot_be_meant_is_refused(
    operator: Client, invoice: Invoice, amount: str, sentence: str
) -> None:
    answer = pay(operator, invoice, amount)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Payment.objects.exists()


def test_a_form_that_stood_open_while_others_voided_the_invoice_is_told_so(operator: Client, invoice: Invoice) -> None:
    operator.post(address("invoice-void", invoice), {"void-reason": "Sent to the wrong people"})
    answer = pay(operator, invoice, "1.00")
    assert "Nothing is to be paid" in answer.content.decode()


def test_money_from_the_future_or_from_before_the_usage_is_refused(operator: Client, invoice: Invoice) -> None:
    assert "still to come" in pay(operator, invoice, "1.00", paid_on="2027-04-02").content.decode()
    for early in ("0001-01-01", "2027-02-28"):
        answer = pay(operator, invoice, "1.00", paid_on=early)
        assert answer.status_code == 422
        assert "before what is on this invoice was used" in answer.content.decode()
    assert not Payment.objects.exists()


def test_only_staff_record_payments(alice_client: Client, invoice: Invoice) -> None:
    assert pay(alice_client, invoice, "1.00").status_code == 404
    assert not Payment.objects.exists()


def test_a_credit_note_takes_something_off(
    operator: Client, alice_client: Client, invoice: Invoice, customer: Customer
) -> None:
    said = {
        "credit-amount": "0.34",
        "credit-reason": "A slow day",
        "credit-key": "0b7d7c3e-8d6f-4c7c-9a55-000000000003",
    }
    for _ in range(2):
        operator.post(address("credit-note-issue", invoice), said)
    note = CreditNote.objects.get()
    invoice.refresh_from_db()
    assert (note.number, invoice.outstanding) == ("CN-2027-000001", 10 * PICO)
    assert balance(customer, Book.FORGIVEN) == -34 * CENT
    page = alice_client.get(reverse("credit-note", kwargs={"pk": note.pk})).content.decode()
    assert "A slow day" in page
    check_invoices(customer.account)


def test_a_void_invoice_asks_for_nothing_and_bills_nothing_again(
    operator: Client, invoice: Invoice, customer: Customer, books_clock: MovingClock
) -> None:
    for _ in range(2):
        answer = operator.post(address("invoice-void", invoice), {"void-reason": "Sent to the wrong people"})
        assert answer.status_code == 302
    invoice.refresh_from_db()
    assert (invoice.state, invoice.outstanding) == ("void", 0)
    assert CreditNote.objects.get().amount == invoice.total
    books_clock.to("2027-06-01T00:00:00")
    run_invoices()
    assert Invoice.objects.count() == 1
    check_invoices(customer.account)


def test_what_was_paid_in_part_is_not_void(operator: Client, invoice: Invoice) -> None:
    pay(operator, invoice, "1.00")
    answer = operator.post(address("invoice-void", invoice), {"void-reason": "No"})
    assert "credit the rest instead" in answer.content.decode()
    assert not CreditNote.objects.exists()


def test_the_command_records_a_payment_once(invoice: Invoice, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        call_command("record_payment", invoice.number, "4", reference="SEPA 42")
    assert "$6.34 is still to be paid" in capsys.readouterr().out
    assert Payment.objects.get().amount == 4 * PICO
    for number, amount in (("2027-000009", "1"), (invoice.number, "7"), (invoice.number, "inf"), (invoice.number, "x")):
        with pytest.raises(CommandError):
            call_command("record_payment", number, amount, reference="other")
