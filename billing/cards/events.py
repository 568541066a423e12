"""What Stripe tells: signed, in any order, more than once. Each event has its effect once, in its own transaction."""

from __future__ import annotations

import json
import logging
import uuid
from typing import Any

import stripe
from django.conf import settings
from django.db import transaction

from billing import audit
from billing.accounts import locked
from billing.grants import give
from billing.invoicing.paying import record_payment
from billing.models import Checkout, Grant, Payment, StripeEvent
from common import clock, money
from common.money import CENT

log = logging.getLogger(__name__)

#: Seconds by which a signature may be old.
TOLERANCE = 300
#: More than any card pays; what Stripe says of more is not repeated.
MOST_CENTS = 10**10
#: Of these, the session is paid if it says so.
PAID = ("checkout.session.completed", "checkout.session.async_payment_succeeded")
#: What becomes of the money afterwards is written down for the operator, who decides what it means for the books.
REVERSED = {"charge.refunded": "was paid back", "charge.dispute.created": "is disputed by who paid"}


def verified(body: bytes, signature: str) -> dict[str, Any]:
    """The event. Raises ValueError if Stripe did not sign it, just now, with our secret."""
    try:
        text = body.decode()
        stripe.WebhookSignature.verify_header(text, signature, settings.STRIPE_WEBHOOK_SECRET, TOLERANCE)
    except stripe.SignatureVerificationError as error:
        raise ValueError(str(error)) from error
    event = _read(text)
    if not (isinstance(event, dict) and isinstance(event.get("id"), str) and isinstance(event.get("type"), str)):
        raise ValueError("no event")
    return event


def _read(text: str) -> Any:
    """Raises ValueError too for what cannot be written down again: such a thing Stripe never says."""
    try:
        read = json.loads(text)
        written = json.dumps(read, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if rb"\u0000" in written:
        raise ValueError("a NUL")
    return read


def handle(event: dict[str, Any]) -> None:
    """What is not about a checkout of ours that was paid is no matter of ours."""
    data = event.get("data")
    about = data.get("object") if isinstance(data, dict) else None
    if not isinstance(about, dict):
        return
    if event["type"] in PAID and about.get("payment_status") == "paid":
        _paid(event, about)
    elif event["type"] in REVERSED:
        _reversed(event, about)


def _paid(event: dict[str, Any], session: dict[str, Any]) -> None:
    checkout = _checkout(session.get("client_reference_id"))
    if checkout is None:
        log.warning("Stripe's event %s is about no checkout of ours", event["id"][:255])
        return
    _take(event, session, checkout)


def _checkout(reference: Any) -> Checkout | None:
    try:
        return Checkout.objects.filter(pk=uuid.UUID(str(reference))).first()
    except ValueError:
        return None


@transaction.atomic
def _reversed(event: dict[str, Any], charge: dict[str, Any]) -> None:
    payment = str(charge.get("payment_intent") or "")[:255]
    metadata = charge.get("metadata")
    checkout = _checkout(metadata.get("lineup_checkout") if isinstance(metadata, dict) else None)
    checkout = checkout or Checkout.objects.filter(payment_intent=payment).exclude(payment_intent="").first()
    if checkout is None or not _is_new(event, checkout):
        return
    what = f"invoice {checkout.invoice.number}" if checkout.invoice else "credits"
    became = f"{REVERSED[event['type']]} in Stripe; the books stay as they are until staff correct them"
    amount: Any = charge.get("amount_refunded" if event["type"] == "charge.refunded" else "amount")
    is_amount = isinstance(amount, int) and 0 <= amount <= MOST_CENTS
    part = f"{money.usd(amount * CENT)} of card payment" if is_amount else "Card payment"
    sentence = f"{part} {payment[:80]} of {money.usd(checkout.amount)} for {what} {became}"
    audit.note(checkout.account_id, None, "card.reversed", sentence)
    log.warning("%s", sentence)


def _is_new(event: dict[str, Any], checkout: Checkout) -> bool:
    told = {"kind": event["type"][:100], "checkout": checkout, "at": clock.now()}
    return StripeEvent.objects.get_or_create(id=event["id"][:255], defaults=told)[1]


@transaction.atomic
def _take(event: dict[str, Any], session: dict[str, Any], checkout: Checkout) -> None:
    locked(checkout.account_id)
    is_new = _is_new(event, checkout)
    checkout.refresh_from_db()
    paying = str(session.get("id"))[:255]
    # Those paid before we kept by what are taken for told again.
    if not is_new or (checkout.paid_at and checkout.paid_by in (paying, "")):
        return
    try:
        if checkout.paid_at:
            raise ValueError("another had paid for the same before")
        _check(session, checkout)
        _book(session, checkout)
    except ValueError as error:
        sentence = f"Card payment {paying[:80]} was not booked, pay it back in Stripe: {error}"
        audit.note(checkout.account_id, None, "card.refused", sentence)
        return
    checkout.paid_at, checkout.paid_by = clock.now(), paying
    checkout.payment_intent = str(session.get("payment_intent") or "")[:255]
    checkout.save(update_fields=["paid_at", "paid_by", "payment_intent"])


def _check(session: dict[str, Any], checkout: Checkout) -> None:
    if session.get("currency") != "usd":
        raise ValueError(f"its currency is {str(session.get('currency'))[:10]}, not USD")
    if session.get("amount_total") != checkout.amount // CENT:
        raise ValueError(f"its amount is not {money.usd(checkout.amount)}")


def _book(session: dict[str, Any], checkout: Checkout) -> None:
    reference = str(session.get("payment_intent") or session.get("id"))[:200]
    if checkout.invoice:
        record_payment(
            checkout.invoice,
            checkout.amount,
            key=f"checkout {checkout.pk}",
            paid_on=clock.now().date(),
            reference=reference,
            method=Payment.Method.CARD,
        )
        return
    organization = checkout.account.organization
    give(organization, checkout.amount, category=Grant.Category.PAID, note="Bought by card")
    sentence = f"{money.usd(checkout.amount)} of credits bought by card, {reference}"
    audit.note(checkout.account_id, None, "credits.bought", sentence)
