"""What an invoice remembers: customer, plan, prices and lines as they were, whatever becomes of them later."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings

from billing.invoicing.statement import Statement
from billing.models import Account, Invoice, InvoiceLine, ListPrice
from inference_catalog.models import Price

#: Of a line, but for its place.
LINE = (
    "kind", "title", "month", "project_id", "project", "model", "requests", "errors", "prompt_tokens", "cached_tokens",
    "completion_tokens", "amount", "cents",
)  # fmt: skip


def taken(invoice: Invoice, statement: Statement) -> dict[str, Any]:
    """As JSON has it: times as ISO 8601, amounts in pico-USD."""
    account = invoice.account
    models = {line.model for line in statement.usage}
    return {
        "number": invoice.number,
        "finalised_at": _plain(invoice.finalised_at),
        "due_at": _plain(invoice.due_at),
        "period": {"start": _plain(invoice.period_start), "end": _plain(invoice.period_end)},
        "issuer": settings.INVOICE_ISSUER,
        "payment": settings.INVOICE_PAYMENT,
        "customer": {"id": str(account.pk), "organization": account.organization.name},
        "plan": _plan(account),
        "prices": _prices(account, models, invoice.period_end),
        "lines": [_line(line) for line in statement.lines],
        "total": invoice.total,
        "carried_on": invoice.carried_on,
    }


def _line(line: InvoiceLine) -> dict[str, Any]:
    return {name: _plain(getattr(line, name)) for name in LINE}


def _plan(account: Account) -> dict[str, Any]:
    plan, cap = account.plan, account.spending_cap
    return {
        "slug": plan.slug,
        "name": plan.name,
        "included_credits": plan.included_credits,
        "included_every": plan.included_every,
        "spending_cap": plan.spending_cap if cap is None else cap,
        "cap_period": plan.cap_period,
        "price_list": plan.price_list.name if plan.price_list else None,
    }


def _prices(account: Account, models: Collection[str], before: datetime) -> list[dict[str, Any]]:
    """Micro-USD per million tokens: those that were in force, and when they came into force."""
    lists = ListPrice.objects.filter(price_list=account.plan.price_list_id, model__in=models, effective_at__lt=before)
    catalog = Price.objects.filter(model__model_id__in=models, effective_at__lt=before).select_related("model")
    listed = [_price(price.model, price) for price in lists.order_by("model", "effective_at")]
    on_list = {price["model"] for price in listed}
    others = catalog.exclude(model__model_id__in=on_list).order_by("model__model_id", "effective_at")
    return listed + [_price(price.model.model_id, price) for price in others]


def _price(model: str, price: ListPrice | Price) -> dict[str, Any]:
    amounts = {"input": price.input, "cached_input": price.cached_input, "output": price.output}
    return {"model": model, "from": _plain(price.effective_at), **amounts}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, int | str) else str(value)
