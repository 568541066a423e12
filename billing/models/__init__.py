"""What it costs: an organization's account and ledger, what running requests hold of it, what each request used."""

from billing.models.accounts import Account, Grant
from billing.models.audit import AuditEvent
from billing.models.cards import Checkout, StripeEvent
from billing.models.chores import Chore
from billing.models.invoices import Invoice, InvoiceDocument, InvoiceLine, Numbering
from billing.models.ledger import BALANCE, Book, LedgerDay, LedgerEntry
from billing.models.limits import Alert, AlertRule, SpendingLimit
from billing.models.payments import CreditNote, Payment
from billing.models.plans import ListPrice, Plan, PlanChange, PriceList
from billing.models.reconciliation import Finding, Reconciliation
from billing.models.running import Process, Reservation
from billing.models.usage import UsageDay, UsageHour, UsageMonth, UsageRecord, UsageSums

__all__ = [
    "BALANCE",
    "Account",
    "Alert",
    "AlertRule",
    "AuditEvent",
    "Book",
    "Checkout",
    "Chore",
    "CreditNote",
    "Finding",
    "Grant",
    "Invoice",
    "InvoiceDocument",
    "InvoiceLine",
    "LedgerDay",
    "LedgerEntry",
    "ListPrice",
    "Numbering",
    "Payment",
    "Plan",
    "PlanChange",
    "PriceList",
    "Process",
    "Reconciliation",
    "Reservation",
    "SpendingLimit",
    "StripeEvent",
    "UsageDay",
    "UsageHour",
    "UsageMonth",
    "UsageRecord",
    "UsageSums",
]
