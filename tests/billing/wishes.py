"""Admissions and settlements for tests of the books."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import replace
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import Project, User
from billing import ledger
from billing.admission import Admission
from billing.grants import void
from billing.models import (
    BALANCE,
    Account,
    AuditEvent,
    Book,
    Checkout,
    CreditNote,
    Grant,
    Invoice,
    InvoiceDocument,
    InvoiceLine,
    LedgerDay,
    LedgerEntry,
    Numbering,
    Payment,
    Plan,
    PlanChange,
    Reservation,
    StripeEvent,
    UsageHour,
    UsageRecord,
)
from billing.plans import PLANS
from billing.prices import UnitPrices
from billing.settlement import Settlement, unused
from common import clock
from common.ids import uuid7

#: Micro-USD per million tokens: a token costs as many pico-USD.
PRICES = UnitPrices(input=10, cached_input=5, output=100)


def wish(user: User, project: Project, **changes: Any) -> Admission:
    """Holds 10 × 10 + 100 × 9 = 1,000 pico-USD."""
    asked = Admission(
        id=uuid7(),
        organization_id=project.team.organization_id,
        project_id=project.pk,
        user_id=user.pk,
        api_key_id=None,
        user_limit=1_000,
        project_limit=1_000,
        door="api",
        client="",
        model="a/model",
        offering_id=uuid.UUID(int=1),
        provider="somebody",
        is_simulated=False,
        prices=PRICES,
        prompt_estimate=10,
        choices=1,
        asked_output=9,
        most_output=100,
        created_at=timezone.now(),
    )
    return replace(asked, **changes)


def used(row: Reservation, *, prompt: int = 10, completion: int = 9, **changes: Any) -> Settlement:
    return replace(
        unused(row),
        state=Reservation.State.SETTLED,
        outcome=UsageRecord.Outcome.COMPLETED,
        prompt_tokens=prompt,
        completion_tokens=completion,
        **changes,
    )


def check_books() -> None:
    """The invariants that hold between any two transactions."""
    for account in Account.objects.all():
        running = Reservation.objects.filter(account=account, state=Reservation.State.RUNNING)
        records = UsageRecord.objects.filter(organization_id=account.pk)
        hours = UsageHour.objects.filter(organization_id=account.pk)
        spent = sum(record.cost for record in records)
        assert account.held == sum(row.amount for row in running), "held is what running requests hold"
        assert spent == sum(hour.cost for hour in hours), "the hours sum up the records"
        assert records.count() == sum(hour.requests for hour in hours)
        check_ledger(account)
    ended = Reservation.objects.exclude(state=Reservation.State.RUNNING).values_list("pk", flat=True)
    assert set(ended) == set(UsageRecord.objects.values_list("pk", flat=True)), "one record for each that ended"
    for record in UsageRecord.objects.all():
        prices = UnitPrices(record.input_price, record.cached_input_price, record.output_price)
        assert record.cost == prices.cost(
            prompt=record.prompt_tokens, cached=record.cached_tokens, completion=record.completion_tokens
        )


def check_ledger(account: Account) -> None:
    """Every book is what its entries say, and what other rows say of it."""
    entries = list(LedgerEntry.objects.filter(account=account))
    books = ledger.balances(account, clock.now())
    assert sum(books.values()) == 0
    assert books == {book: _in_book(entries, book) for book in Book}, "the days sum up the entries"
    assert account.settled == sum(books[book] for book in BALANCE)
    for grant in account.grants.all():
        own = [entry for entry in entries if entry.grant_id == grant.pk]
        assert grant.remaining == _in_book(own, grant.category), "what is left of a grant is what its entries left"
    records = UsageRecord.objects.filter(organization_id=account.pk)
    used: Counter[uuid.UUID] = Counter()
    for entry in entries:
        if entry.kind == LedgerEntry.Kind.USAGE:
            used[entry.about_id] += entry.amount
    assert used == Counter({record.pk: record.cost for record in records if record.cost}), "each is charged its cost"


def _in_book(entries: list[LedgerEntry], book: str) -> int:
    return sum(((entry.target == book) - (entry.source == book)) * entry.amount for entry in entries)


def plan(slug: str) -> Plan:
    """As a new server has it; tests that empty all tables take it away from those after them."""
    return Plan.objects.get_or_create(slug=slug, defaults=PLANS[slug])[0]


def take_all_credits() -> None:
    """Of every account."""
    for given in Grant.objects.open():
        void(given)


def clear_books() -> None:
    """As before the first use. PostgreSQL empties tables of which it lets nobody delete a row."""
    tables = [
        UsageRecord, UsageHour, Reservation, LedgerEntry, LedgerDay, PlanChange, Grant, AuditEvent,
        StripeEvent, Checkout, Payment, CreditNote, InvoiceDocument, InvoiceLine, Invoice, Numbering, Account,
    ]  # fmt: skip
    names = [table._meta.db_table for table in tables]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join([*names, 'billing_usageday', 'billing_usagemonth'])} CASCADE")
        else:
            for name in names:
                cursor.execute(f"DELETE FROM {name}")
