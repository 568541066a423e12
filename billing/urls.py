from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from accounts.access import admin, member
from billing.views import (
    alert_rules,
    audit_log,
    billing,
    cards,
    dismissals,
    invoices,
    ledger,
    limits,
    payments,
    plans,
    usage,
)


def pages_of_usage(under: str, whose: usage.Pages, may_open: Callable[[Any], Any]) -> list[URLPattern]:
    views = {
        ("", ""): usage.page,
        (".csv", "-csv"): usage.view_csv,
        ("/requests", "-requests"): usage.requests,
        ("/requests.csv", "-records"): usage.records_csv,
    }
    return [
        path(f"{under}/usage{address}", may_open(view), {"pages": whose}, name=whose.name + name)
        for (address, name), view in views.items()
    ]


urlpatterns = [
    path("billing", billing.billing, name="billing"),
    path("billing/plans", plans.plans, name="plans"),
    path("billing/plans/change", plans.change, name="plan-change"),
    path("billing/invoices", invoices.invoices, name="invoices"),
    path("billing/invoices/upcoming", invoices.upcoming, name="invoice-upcoming"),
    path("billing/invoices/<uuid:pk>", invoices.invoice, name="invoice"),
    path("billing/invoices/<uuid:pk>.pdf", invoices.invoice_pdf, name="invoice-pdf"),
    path("billing/invoices/<uuid:pk>.csv", invoices.invoice_csv, name="invoice-csv"),
    path("billing/invoices/<uuid:pk>/card", cards.pay_by_card, name="invoice-card"),
    path("billing/credits/add", cards.add_credits, name="credits-add"),
    path("billing/stripe", cards.stripe, name="stripe"),
    path("billing/invoices/<uuid:pk>/payments", payments.record, name="payment-record"),
    path("billing/invoices/<uuid:pk>/credit-notes", payments.credit, name="credit-note-issue"),
    path("billing/invoices/<uuid:pk>/void", payments.void, name="invoice-void"),
    path("billing/credit-notes/<uuid:pk>", invoices.credit_note, name="credit-note"),
    path("billing/limits", limits.limits, name="limits"),
    path("billing/limits/new", limits.set_new, name="limit-new"),
    path("billing/limits/<uuid:limit_id>/change", limits.change, name="limit-change"),
    path("billing/limits/<uuid:limit_id>/remove", limits.remove, name="limit-remove"),
    path("billing/alerts/new", alert_rules.add, name="alert-new"),
    path("billing/alerts/switch", alert_rules.switch, name="alert-switch"),
    path("billing/alerts/remove", alert_rules.remove, name="alert-remove"),
    path("billing/banner/dismiss", dismissals.dismiss, name="banner-dismiss"),
    path("billing/ledger", ledger.ledger, name="ledger"),
    path("billing/ledger.csv", ledger.ledger_csv, name="ledger-csv"),
    path("billing/audit", audit_log.audit_log, name="audit-log"),
    *pages_of_usage("billing", usage.ORGANIZATION, admin),
    *pages_of_usage("settings", usage.OWN, member),
]
