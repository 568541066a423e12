"""Telling an organization's admins of an invoice by mail: when it is finalised, and when it becomes past due.

Whoever is to send a mail claims it first, so that it is sent once however many runs there are. A process that dies
between the two loses the mail; the invoice's page says the same.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.urls import reverse

from billing.mailing import mail_admins
from billing.models import Invoice
from common import clock, money

log = logging.getLogger(__name__)
#: What no mail server took for so long is told by the pages alone.
TRIED_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Notice:
    """The invoice's column that says since when something is so, and the one that says when it was told."""

    since: str
    told: str
    template: str
    subject: str


FINALISED = Notice("finalised_at", "announced_at", "billing/mail/invoice", "{number} for {total}, due on {due}")
PAST_DUE = Notice(
    "due_at", "reminded_at", "billing/mail/past_due", "{number} is past due: {outstanding} still to be paid"
)


def send_missing() -> None:
    """What fails is the log's, and tried again by the next run."""
    now = clock.now()
    for notice in (FINALISED, PAST_DUE):
        since = {f"{notice.since}__gt": now - TRIED_FOR, f"{notice.since}__lte": now}
        untold = Invoice.objects.to_be_paid().filter(**since, **{notice.told: None})
        for invoice in untold.select_related("account__organization").order_by("number"):
            try:
                send(notice, invoice)
            except Exception:
                log.warning("could not mail that %s is %s", invoice, notice.since, exc_info=True)


def send(notice: Notice, invoice: Invoice) -> None:
    """Unless another has claimed it, or it was paid meanwhile; given back when it could not be sent."""
    own = Invoice.objects.filter(pk=invoice.pk)
    if not own.to_be_paid().filter(**{notice.told: None}).update(**{notice.told: clock.now()}):
        return
    try:
        _mail(notice, invoice)
    except Exception:
        own.update(**{notice.told: None})
        raise


def _mail(notice: Notice, invoice: Invoice) -> None:
    subject = notice.subject.format(
        number=invoice,
        total=money.usd(invoice.total),
        outstanding=money.usd(invoice.outstanding),
        due=f"{invoice.due_at:%Y-%m-%d}",
    )
    link = settings.PUBLIC_URL + reverse("invoice", args=[invoice.pk])
    mail_admins(invoice.account.organization, subject, notice.template, {"invoice": invoice, "link": link})
