"""Sending somebody to Stripe's page to pay. What we ask for is written down first; what came is told by a webhook."""

from __future__ import annotations

import uuid
from datetime import timedelta

import stripe
from django.conf import settings
from django.db import transaction
from stripe.params.checkout._session_create_params import SessionCreateParamsLineItem

from accounts.models import User
from billing.accounts import locked
from billing.models import Checkout, Invoice
from common import clock
from common.money import CENT, usd

#: Stripe's page is open for a day; whoever comes back sooner gets the same one.
OPEN_FOR = timedelta(hours=23)
#: Pico-USD that Stripe takes at once.
LEAST, MOST = 50 * CENT, 99_999_999 * CENT
#: Seconds that somebody waits for Stripe to answer.
PATIENCE = 20


class CardsUnavailable(Exception):
    """Stripe did not answer, or is not well."""


class CardsRefused(Exception):
    """Stripe does not want to be asked so: asking again does not help."""


def is_on() -> bool:
    return bool(settings.STRIPE_SECRET_KEY and settings.STRIPE_WEBHOOK_SECRET)


def takes(invoice: Invoice) -> bool:
    return is_on() and invoice.state == Invoice.State.OPEN and LEAST <= invoice.outstanding <= MOST


@transaction.atomic
def for_invoice(invoice: Invoice, *, actor: User) -> Checkout:
    """For all that is still to be paid. Raises ValueError with a sentence if that is nothing."""
    account = locked(invoice.account_id)
    invoice.refresh_from_db()
    if not invoice.outstanding:
        raise ValueError("Nothing is to be paid for this invoice.")
    if not takes(invoice):
        raise ValueError(f"Cards pay from {usd(LEAST)} to {usd(MOST)} at once.")
    now = clock.now()
    recent = Checkout.objects.filter(
        invoice=invoice, paid_at=None, amount=invoice.outstanding, created_at__gt=now - OPEN_FOR
    )
    return recent.order_by("-created_at").first() or Checkout.objects.create(
        account=account, invoice=invoice, amount=invoice.outstanding, actor_id=actor.pk, created_at=now
    )


@transaction.atomic
def for_credits(organization_id: uuid.UUID, amount: int, *, key: uuid.UUID, actor: User) -> Checkout:
    """Under its form's key: a double click is one. Raises ValueError if that was another's, or is paid for."""
    account = locked(organization_id)
    details = {"account": account, "amount": amount, "actor_id": actor.pk, "created_at": clock.now()}
    checkout, _ = Checkout.objects.get_or_create(pk=key, defaults=details)
    if (checkout.account_id, checkout.amount, checkout.invoice_id) != (account.pk, amount, None):
        raise ValueError("This form was sent before, with another amount.")
    if checkout.paid_at:
        # Once Stripe has forgotten the key, it would open a second page to pay on.
        raise ValueError("These credits were bought already: reload the page to buy more.")
    return checkout


def page(checkout: Checkout, *, name: str, back: str) -> str:
    """The address of Stripe's page for it: the same however often one asks, by whichever of this server's names.

    `back` is the path to come back to. No transaction may be open.
    """
    back, ours = settings.PUBLIC_URL + back, {"lineup_checkout": str(checkout.pk)}
    line: SessionCreateParamsLineItem = {
        "quantity": 1,
        "price_data": {
            "currency": "usd",
            "unit_amount": checkout.amount // CENT,
            "product_data": {"name": name},
        },
    }
    try:
        session = _client().v1.checkout.sessions.create(
            params={
                "mode": "payment",
                "client_reference_id": str(checkout.pk),
                "metadata": ours,
                # Refunds are told of the payment, not of the checkout.
                "payment_intent_data": {"metadata": ours},
                "line_items": [line],
                "success_url": f"{back}?checkout=done",
                "cancel_url": back,
            },
            options={"idempotency_key": f"lineup-{checkout.pk}"},
        )
    except (stripe.InvalidRequestError, stripe.AuthenticationError, stripe.PermissionError) as error:
        raise CardsRefused(str(error)) from error
    except stripe.StripeError as error:
        raise CardsUnavailable(str(error)) from error
    if not session.url:
        raise CardsUnavailable("Stripe gave no address")
    return session.url


def _client() -> stripe.StripeClient:
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        base_addresses={"api": settings.STRIPE_API_BASE},
        http_client=stripe.RequestsClient(timeout=PATIENCE),
        max_network_retries=1,
    )
