"""`run_invoices`: drafts and finalises every invoice that is due."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from billing.invoicing.run import run_invoices
from common import money


class Command(BaseCommand):
    help = "Drafts and finalises the invoices that are due. Safe to run at any time, also by several at once."

    def handle(self, **options: Any) -> None:
        invoices = run_invoices()
        for invoice in invoices:
            self.stdout.write(f"{invoice.number} {invoice.account.organization}: {money.usd(invoice.total)}")
        self.stdout.write(f"{len(invoices)} invoices finalised.")
