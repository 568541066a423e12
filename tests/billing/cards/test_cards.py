"""Paying by card, against a server that answers as Stripe does, and events signed as Stripe signs them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Organization, User
from billing.accounts import account_of
from billing.invoicing.paying import record_payment
from billing.models import Account, AuditEvent, Checkout, Grant, Invoice, Payment, StripeEvent
from common import clock
from common.money import CENT, PICO
from tests.billing.cards.stripe_server import SECRET, StripeServer, paid, reversed_, signature
from tests.billing.invoicing.frozen import frozen
from tests.billing.wishes import check_ledger

KEY = "0b7d7c3e-8d6f-4c7c-9a55-000000000001"


@pytest.fixture
def stripe(settings: Any) -> Iterator[StripeServer]:
    server = StripeServer()
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test", SECRET
    settings.STRIPE_API_BASE = server.url
    yield server
    server.close()


@pytest.fixture
def account(transactional_db: None, organization: Organization) -> Account:
    return account_of(organization.pk)


@pytest.fixture
def invoice(account: Account) -> Invoice:
    return frozen(account)


def tell(body: bytes, header: str | None = None) -> Any:
    told = signature(body) if header is None else header
    return Client().post(reverse("stripe"), body, "application/json", headers={"stripe-signature": told})


def session_of(client: Client, invoice: Invoice, stripe: StripeServer) -> dict[str, Any]:
    answer = client.post(reverse("invoice-card", kwargs={"pk": invoice.pk}))
    assert answer.status_code == 303
    session = list(stripe.sessions.values())[-1]
    assert answer["Location"] == session["url"]
    return session


def buy(client: Client, amount: str, **more: str) -> Any:
    return client.post(reverse("credits-add"), {"amount": amount, "key": KEY} | more)


def test_without_keys_there_is_no_paying_by_card(alice_client: Client, invoice: Invoice) -> None:
    assert alice_client.get(reverse("credits-add")).status_code == 404
    assert tell(b"{}").status_code == 404
    assert "Pay by card" not in alice_client.get(reverse("invoice", kwargs={"pk": invoice.pk})).content.decode()


def test_an_invoice_is_paid_by_card(alice_client: Client, invoice: Invoice, stripe: StripeServer) -> None:
    assert "Pay by card" in alice_client.get(reverse("invoice", kwargs={"pk": invoice.pk})).content.decode()
    session = session_of(alice_client, invoice, stripe)
    (asked,) = stripe.asked
    assert (asked["path"], asked["authorization"]) == ("/v1/checkout/sessions", "Bearer sk_test")
    assert (session["amount_total"], session["currency"], session["mode"]) == (1000, "usd", "payment")
    assert tell(paid(session)).status_code == 200
    invoice.refresh_from_db()
    payment = Payment.objects.get()
    assert (invoice.state, payment.amount, payment.method, payment.reference) == ("paid", invoice.total, "card", "pi_1")
    check_ledger(account_of(invoice.account_id))


def test_who_asks_twice_gets_one_page(alice_client: Client, invoice: Invoice, stripe: StripeServer) -> None:
    for _ in range(2):
        session_of(alice_client, invoice, stripe)
    assert len(stripe.sessions) == Checkout.objects.count() == 1


def test_credits_are_bought(alice_client: Client, account: Account, stripe: StripeServer) -> None:
    assert alice_client.get(reverse("credits-add")).status_code == 200
    for _ in range(2):
        assert buy(alice_client, "25.00").status_code == 303
    (session,) = stripe.sessions.values()
    assert not Grant.objects.filter(category="paid").exists(), "nothing before it is paid"
    tell(paid(session))
    assert Grant.objects.get(category="paid").amount == 25 * PICO
    assert AuditEvent.objects.filter(action="credits.bought").count() == 1
    check_ledger(account_of(account.pk))


def test_credits_that_were_bought_are_not_bought_again_by_the_same_form(
    alice_client: Client, account: Account, stripe: StripeServer
) -> None:
    buy(alice_client, "25.00")
    tell(paid(*stripe.sessions.values()))
    stripe.sessions.clear()
    answer = buy(alice_client, "25.00")
    assert (answer.status_code, len(stripe.asked)) == (422, 1)
    assert "These credits were bought already" in answer.content.decode()


@pytest.mark.parametrize("amount", ["4.99", "10000.01", "-5", "0", "5.001", "NaN", "1e9", ""])
def test_absurd_amounts_are_refused(alice_client: Client, account: Account, stripe: StripeServer, amount: str) -> None:
    assert buy(alice_client, amount).status_code == 422
    assert not stripe.asked


def test_one_form_is_for_one_amount(alice_client: Client, account: Account, stripe: StripeServer) -> None:
    buy(alice_client, "25.00")
    answer = buy(alice_client, "26.00")
    assert (answer.status_code, len(stripe.asked)) == (422, 1)


def test_when_stripe_is_away_nothing_is_paid(alice_client: Client, invoice: Invoice, stripe: StripeServer) -> None:
    stripe.fails_with = 500
    answer = alice_client.post(reverse("invoice-card", kwargs={"pk": invoice.pk}), follow=True)
    assert "did not answer" in answer.content.decode()


def test_what_stripe_refuses_is_not_to_be_tried_again(
    alice_client: Client, invoice: Invoice, stripe: StripeServer
) -> None:
    stripe.fails_with = 400
    answer = alice_client.post(reverse("invoice-card", kwargs={"pk": invoice.pk}), follow=True)
    assert "refuses this payment" in answer.content.decode()


def test_what_no_card_pays_is_not_offered(alice_client: Client, invoice: Invoice, stripe: StripeServer) -> None:
    record_payment(invoice, invoice.total - 49 * CENT, key="most of it", paid_on=clock.now().date())
    page = {"pk": invoice.pk}
    assert "Pay by card" not in alice_client.get(reverse("invoice", kwargs=page)).content.decode()
    answer = alice_client.post(reverse("invoice-card", kwargs=page), follow=True)
    assert "Cards pay from $0.50" in answer.content.decode()
    assert not stripe.asked


def test_whoever_may_not_pay_is_offered_nothing(
    bob_client: Client, bob: User, invoice: Invoice, stripe: StripeServer
) -> None:
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    assert "Pay by card" not in bob_client.get(reverse("invoice", kwargs={"pk": invoice.pk})).content.decode()


def test_one_checkout_is_the_same_by_every_name_of_the_server(
    alice_client: Client, invoice: Invoice, stripe: StripeServer, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    for host in ("one.example", "two.example"):
        alice_client.post(reverse("invoice-card", kwargs={"pk": invoice.pk}), headers={"host": host})
    first, second = stripe.asked
    assert first == second


# What Stripe tells ---------------------------------------------------------------------------------


@pytest.mark.parametrize("header", ["", "nonsense", "t=1,v1=00", "wrong secret", "old"])
def test_what_stripe_did_not_sign_just_now_is_refused(
    alice_client: Client, invoice: Invoice, stripe: StripeServer, header: str
) -> None:
    body = paid(session_of(alice_client, invoice, stripe))
    made = {"wrong secret": signature(body, secret="whsec_other"), "old": signature(body, age=3600)}
    assert tell(body, made.get(header, header)).status_code == 400
    assert not Payment.objects.exists()
    assert not StripeEvent.objects.exists()


def test_a_changed_body_is_refused(alice_client: Client, invoice: Invoice, stripe: StripeServer) -> None:
    body = paid(session_of(alice_client, invoice, stripe))
    assert tell(body.replace(b"pi_1", b"pi_2"), signature(body)).status_code == 400


DEEP = b'{"id": "evt", "type": "x", "data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
UNWRITABLE = [rb'{"id": "\ud800", "type": "charge.refunded"}', rb'{"id": "\u0000", "type": "charge.refunded"}']


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"\xff", b'{"id": 1, "type": "x"}', b"not json", DEEP, *UNWRITABLE], ids=range(9)
)
def test_what_is_no_event_is_refused(account: Account, stripe: StripeServer, body: bytes) -> None:
    assert tell(body).status_code == 400


def test_a_body_without_end_is_refused(account: Account, stripe: StripeServer) -> None:
    assert tell(b"x" * (256 * 1024 + 1)).status_code == 413


@pytest.mark.parametrize(
    "body", [b'{"id": "evt", "type": "x"}', b'{"id": "evt", "type": "checkout.session.completed", "data": 7}']
)
def test_what_is_no_matter_of_ours_is_taken_and_forgotten(account: Account, stripe: StripeServer, body: bytes) -> None:
    assert tell(body).status_code == 200
    assert not StripeEvent.objects.exists()


def test_a_checkout_that_is_not_ours_is_no_matter_of_ours(account: Account, stripe: StripeServer) -> None:
    for reference in (KEY, None, "x"):
        assert tell(paid({"client_reference_id": reference})).status_code == 200
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    "change", [{"currency": "eur"}, {"currency": None}, {"amount_total": 999}, {"amount_total": "1000"}], ids=str
)
def test_other_money_than_was_asked_for_is_written_down_and_not_booked(
    alice_client: Client, invoice: Invoice, stripe: StripeServer, change: dict[str, Any]
) -> None:
    assert tell(paid(session_of(alice_client, invoice, stripe), **change)).status_code == 200
    assert not Payment.objects.exists()
    assert "pay it back" in AuditEvent.objects.get(action="card.refused").sentence


def test_what_was_paid_otherwise_meanwhile_is_written_down(
    alice_client: Client, invoice: Invoice, stripe: StripeServer
) -> None:
    session = session_of(alice_client, invoice, stripe)
    record_payment(invoice, 5 * CENT, key="bank", paid_on=clock.now().date())
    assert tell(paid(session)).status_code == 200
    assert Payment.objects.count() == 1
    assert "still to be paid" in AuditEvent.objects.get(action="card.refused").sentence


def test_a_second_payment_for_the_same_is_written_down_and_not_booked(
    alice_client: Client, account: Account, stripe: StripeServer
) -> None:
    buy(alice_client, "25.00")
    (first,) = stripe.sessions.values()
    stripe.sessions.clear()
    buy(alice_client, "25.00")
    (second,) = stripe.sessions.values()
    second |= {"id": "cs_test_second"}
    tell(paid(first))
    tell(paid(first, event="evt_2"))
    assert not AuditEvent.objects.filter(action="card.refused").exists(), "the same told again is none"
    tell(paid(second, event="evt_3"))
    assert Grant.objects.filter(category="paid").count() == 1
    sentence = AuditEvent.objects.get(action="card.refused").sentence
    assert "cs_test_second" in sentence
    assert "pay it back" in sentence


@pytest.mark.parametrize(("kind", "became"), [("charge.refunded", "paid back"), ("charge.dispute.created", "disputed")])
def test_a_payment_that_goes_back_is_written_down_once_and_changes_no_books(
    alice_client: Client, invoice: Invoice, stripe: StripeServer, kind: str, became: str
) -> None:
    tell(paid(session_of(alice_client, invoice, stripe)))
    for body in (reversed_(kind), reversed_(kind), reversed_(kind, event="evt_3", payment="pi_of_others")):
        assert tell(body).status_code == 200
    (note,) = AuditEvent.objects.filter(action="card.reversed")
    assert became in note.sentence
    assert note.sentence.startswith("$1.00 of card payment pi_1 of")
    assert invoice.number in note.sentence
    invoice.refresh_from_db()
    assert invoice.state == "paid"
    check_ledger(invoice.account)


def test_unpaid_sessions_wait_until_they_are_paid(alice_client: Client, invoice: Invoice, stripe: StripeServer) -> None:
    session = session_of(alice_client, invoice, stripe)
    tell(paid(session, payment_status="unpaid"))
    assert not Payment.objects.exists()
    tell(paid(session, event="evt_2", kind="checkout.session.async_payment_succeeded"))
    tell(paid(session))
    assert Payment.objects.count() == 1


def test_ten_at_once_have_one_effect(alice_client: Client, account: Account, stripe: StripeServer) -> None:
    buy(alice_client, "25.00")
    (session,) = stripe.sessions.values()
    body = paid(session)

    def once(which: int) -> int:
        try:
            told = body if which % 2 else paid(session, event=f"evt_{which}")
            status: int = tell(told).status_code
            return status
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(once, range(10))) == {200}
    assert Grant.objects.filter(category="paid").count() == 1
    check_ledger(account_of(account.pk))


def test_the_billing_page_leads_to_credits_where_cards_are_taken(
    alice_client: Client, account: Account, stripe: StripeServer, settings: Any
) -> None:
    assert reverse("credits-add") in alice_client.get(reverse("billing")).content.decode()
    settings.STRIPE_SECRET_KEY = ""
    assert reverse("credits-add") not in alice_client.get(reverse("billing")).content.decode()
