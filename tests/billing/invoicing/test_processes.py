"""The monthly run by several processes at once, and by one that is killed half-way: the same invoices."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from accounts.models import Project, User
from billing.invoicing.paying import record_payment
from billing.invoicing.run import run_invoices
from billing.models import Invoice, InvoiceDocument, LedgerEntry, Payment
from common.money import CENT, PICO
from tests.billing.invoicing.customer import Customer, check_invoices, check_usage
from tests.billing.moving_clock import MovingClock
from tests.billing.wishes import check_books, take_all_credits

ROOT = Path(__file__).resolve().parents[3]


class Runner:
    """Says "ready", waits to be told, and runs."""

    def __init__(self, at: str, mails: Path, *, threads: int = 1, dies_after: str = "") -> None:
        own = {"RUSH_DATABASE": str(connection.settings_dict["NAME"]), "MAILS": str(mails)}
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"} | own
        plan = json.dumps({"at": at, "threads": threads, "dies_after": dies_after})
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.billing.invoicing.runner", plan], cwd=ROOT, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def ready(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def go(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def said(self) -> list[str]:
        said, _ = self.process.communicate(timeout=100)
        numbers: list[str] = json.loads(said) if said else []
        return numbers


@pytest.fixture
def customers(customer: Customer, charlie: User, books_clock: MovingClock) -> list[Customer]:
    """Two organizations that owe for March."""
    another = Customer(charlie, Project.objects.get(team__slug="charlie"), books_clock)
    another.goes_to("pro")
    take_all_credits()
    for each in (customer, another):
        each.uses(3 * PICO + 7, model="a/model")
        each.uses(CENT, model="b/model")
    return [customer, another]


GRACE_IS_OVER = "2027-04-01T01:00:00+00:00"


def told(mails: Path) -> list[str]:
    """The subjects of what was mailed, by the runners and by this process."""
    lines = [line for path in mails.iterdir() for line in path.read_text().splitlines()]
    return sorted(
        [line for line in lines if line.startswith("Subject: ")] + [f"Subject: {sent.subject}" for sent in mail.outbox]
    )


def check(customers: list[Customer], mails: Path) -> None:
    assert Invoice.objects.count() == InvoiceDocument.objects.count() == 2
    assert sorted(Invoice.objects.values_list("number", flat=True)) == ["2027-000001", "2027-000002"]
    assert LedgerEntry.objects.filter(kind="invoice").count() == 2
    for each in customers:
        invoice = Invoice.objects.get(account=each.account)
        assert (invoice.total, invoice.lines.count()) == (3 * PICO + CENT, 3)
        check_usage(each.account)
    subject = "Subject: Lineup: Invoice 2027-{} for $3.01, due on 2027-04-15"
    assert told(mails) == [subject.format("000001"), subject.format("000002")]
    check_books()


def test_two_processes_with_five_runs_each_make_each_invoice_once(
    customers: list[Customer], books_clock: MovingClock, tmp_path: Path
) -> None:
    runners = [Runner(GRACE_IS_OVER, tmp_path, threads=5) for _ in range(2)]
    for runner in runners:
        runner.ready()
    for runner in runners:
        runner.go()
    said = [number for runner in runners for number in runner.said()]
    assert sorted(said) == ["2027-000001", "2027-000002"], "each was made by one of the ten"
    books_clock.to(GRACE_IS_OVER)
    check(customers, tmp_path)


STEPS = [
    "billing.invoicing.finalising:open_draft",
    "billing.invoicing.run:draft",
    "billing.invoicing.statement:of",
    "billing.invoicing.numbers:take",
    "billing.invoicing.snapshot:taken",
    "billing.ledger:book",
    "billing.audit:note",
    "billing.invoicing.run:finalise",
    "billing.invoicing.pdf:drawn",
    "billing.invoicing.documents:document",
    "billing.invoicing.notices:send",
]


@pytest.mark.parametrize("step", STEPS)
def test_who_comes_after_a_killed_run_finishes_it(
    customers: list[Customer], books_clock: MovingClock, tmp_path: Path, step: str
) -> None:
    runner = Runner(GRACE_IS_OVER, tmp_path, dies_after=step)
    runner.ready()
    runner.go()
    assert runner.said() == []
    assert runner.process.returncode == -signal.SIGKILL
    books_clock.to(GRACE_IS_OVER)
    run_invoices()
    check(customers, tmp_path)


def test_ten_payments_at_once_under_one_key_are_one(customer: Customer, books_clock: MovingClock) -> None:
    customer.uses(5 * PICO)
    books_clock.to("2027-04-01T01:00:00")
    invoice = customer.invoice()

    def pay(_which: int) -> Any:
        try:
            return record_payment(invoice, PICO, key="one", paid_on=books_clock.at.date()).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(pay, range(10)))) == 1
    assert Payment.objects.count() == 1
    invoice.refresh_from_db()
    assert invoice.outstanding == 4 * PICO
    check_invoices(customer.account)
