"""`record_payment NUMBER AMOUNT --reference TEXT`: books what came in for an invoice."""

from __future__ import annotations

from datetime import date
from decimal import InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing.invoicing.paying import record_payment
from billing.models import Invoice
from common import clock, money


class Command(BaseCommand):
    help = "Records a payment for an invoice. With the same reference and day it is recorded once."
    # Checks are for who deploys: they import every page and take longer than the command.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="of the invoice, such as 2027-000001")
        parser.add_argument("amount", help="in dollars, such as 25 or 0.50")
        parser.add_argument("--reference", required=True, help="as on the bank's statement")
        parser.add_argument("--on", metavar="DATE", help="the day it came, such as 2027-04-15; otherwise today")

    def handle(self, **options: Any) -> None:
        invoice = Invoice.objects.frozen().filter(number=options["number"]).first()
        if invoice is None:
            raise CommandError(f"There is no invoice {options['number']}.")
        paid_on, reference = _day(options["on"]), options["reference"][:200]
        key = f"{invoice.number} {paid_on} {reference}"
        try:
            record_payment(invoice, _amount(options["amount"]), key=key, paid_on=paid_on, reference=reference)
        except ValueError as error:
            raise CommandError(str(error)) from error
        invoice.refresh_from_db()
        self.stdout.write(f"{invoice}: {money.usd(invoice.outstanding)} is still to be paid.")


def _amount(text: str) -> int:
    try:
        return money.pico(text)
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise CommandError(f"{text!r} is not an amount of dollars, such as 25 or 0.50.") from error


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text) if text else clock.now().date()
    except ValueError as error:
        raise CommandError(f"{text!r} is not a date, such as 2027-04-15.") from error
