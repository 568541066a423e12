"""The proof of the books finds what does not add up, names the invariant, and finds nothing where all does."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from urllib.request import Request, urlopen

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Project, User
from billing.book import book
from billing.grants import grant
from billing.models import Account, Reconciliation, Reservation, UsageRecord
from billing.plan_changes import change_plan
from billing.reconciling import reconcile
from tests.billing.moving_clock import MovingClock
from tests.billing.test_ledger import admitted
from tests.billing.wishes import plan, used

MODEL = "meta-llama/Llama-3.1-8B-Instruct"

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(time: MovingClock, empty: Account, alice: User, project: Project) -> Account:
    """Credits drawn, overage owed, a request that runs; on a plan of the year before."""
    change_plan(empty.pk, plan("enterprise"))
    time.to("2028-02-29T12:00")
    grant(empty.organization, 2_500)
    for _ in range(3):
        book([used(admitted(alice, project))], [])
    admitted(alice, project)
    empty.refresh_from_db()
    return empty


def found() -> list[tuple[str, str]]:
    return [(finding.invariant, finding.sentence) for finding in reconcile().findings.all()]


def test_books_that_add_up_are_said_to(busy: Account) -> None:
    out = StringIO()
    call_command("reconcile", stdout=out)
    assert out.getvalue().strip() == "The books add up: I1, I2, I3, I4, I5, I6, I7, I8, I9 hold."
    assert Reconciliation.objects.latest_finished()


BROKEN: list[tuple[str, str, str]] = [
    ("UPDATE billing_account SET settled = settled + 1", "I2", "a balance that is not what the ledger says"),
    ("UPDATE billing_account SET held = held + 1", "I2", "money held that is not what running requests hold"),
    (
        "UPDATE billing_grant SET remaining = 1 WHERE amount = 2500",
        "I2",
        "credits of which more or less is left than the ledger says",
    ),
    ("UPDATE billing_account SET spending_cap = 1", "I2", "more spent in the period of a cap than the cap"),
    (
        "UPDATE billing_usagehour SET requests = requests + 1",
        "I6",
        "an hour of usage that is not the sum of its records",
    ),
    ("UPDATE billing_usageday SET cost = cost + 1", "I6", "a day of usage that is not the sum of its hours"),
    ("UPDATE billing_usagemonth SET errors = 9", "I6", "a month of usage that is not the sum of its hours"),
    ("UPDATE billing_usagerecord SET input_price = 11", "I4", "a cost that is not its tokens at their prices"),
    (
        "UPDATE billing_usagerecord SET cost = cost + 100, completion_tokens = completion_tokens + 1",
        "I4",
        "a charge in the ledger that is not the cost of its record",
    ),
    ("DELETE FROM billing_usagerecord", "I3", "a request that ended without its one record"),
    ("DELETE FROM billing_usagerecord", "I4", "a charge in the ledger that has no record"),
    ("UPDATE billing_reservation SET state = 'running'", "I3", "a record of a request that still runs"),
    (
        "UPDATE billing_account SET spending = spending + 1",
        "I2",
        "a count of what was spent under a cap that is not what the ledger says",
    ),
    (
        "INSERT INTO billing_numbering (series, year, last) VALUES ('invoice', 2027, 1)",
        "I7",
        "a year's invoices or credit notes whose numbers have a gap",
    ),
    (
        "UPDATE billing_ledgerday SET amount = amount + 1",
        "I1",
        "a day of the ledger that is not the sum of its entries",
    ),
    (
        "DELETE FROM billing_ledgerday WHERE source = 'owed'",
        "I1",
        "a day of the ledger that is not the sum of its entries",
    ),
]


@pytest.mark.parametrize(("damage", "invariant", "sentence"), BROKEN)
def test_what_does_not_add_up_is_found(busy: Account, damage: str, invariant: str, sentence: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(damage)
    assert (invariant, sentence) in found()


def test_it_says_whose_books_they_are_and_names_a_row(busy: Account) -> None:
    Account.objects.update(settled=0)
    finding = reconcile().findings.get()
    assert (finding.account_id, finding.rows) == (busy.pk, 1)
    with pytest.raises(CommandError, match="I2: a balance that is not what the ledger says"):
        call_command("reconcile")


def test_a_request_that_cannot_be_running_any_more_is_found(busy: Account) -> None:
    Reservation.objects.filter(state="running").update(created_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert ("I5", "a request that runs for longer than any may") in found()


def test_a_key_that_was_written_down_is_found(busy: Account, alice_key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE billing_usagerecord SET client = %s", [f"curl {alice_key}"])
    assert found() == [("I8", "an API key in what is written down of a request")]


def test_the_simulators_own_ledger_is_held_against_ours(
    busy: Account, settings: Any, simulator_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SIMULATOR_BASE_URL = simulator_url
    assert found() == []


OTHER_COUNT = "a count of tokens that is not the provider's"


def generated(simulator_url: str, records: list[UsageRecord]) -> int:
    """The tokens of each answer that the simulator brought to its end under these records' IDs."""
    asked = {"model": MODEL, "max_tokens": 5, "messages": [{"role": "user", "content": "Tell me a story."}]}
    for record in records:
        headers = {"Content-Type": "application/json", "X-Request-Id": str(record.pk)}
        request = Request(f"{simulator_url}/chat/completions", json.dumps(asked).encode(), headers)
        with urlopen(request) as answer:
            tokens: int = json.load(answer)["usage"]["completion_tokens"]
    return tokens


@pytest.mark.parametrize(
    ("outcome", "certainty", "less", "expected"),
    [
        ("completed", "reported", 0, []),
        ("completed", "reported", 1, [("I9", OTHER_COUNT, 3)]),
        ("completed", "estimated", 1, [("I9", OTHER_COUNT, 3)]),
        ("failed", "checkpoint", 1, []),
        ("stopped", "estimated", 1, []),
        ("stopped", "reported", 1, [("I9", OTHER_COUNT, 3)]),
        ("failed", "checkpoint", -1, [("I9", OTHER_COUNT, 3)]),
    ],
)
def test_what_was_cut_short_here_may_have_gone_on_in_the_simulator(
    busy: Account,
    settings: Any,
    simulator_url: str,
    outcome: str,
    certainty: str,
    less: int,
    expected: list[tuple[str, str, int]],
) -> None:
    settings.SIMULATOR_BASE_URL = simulator_url
    tokens = generated(simulator_url, list(UsageRecord.objects.all()))
    UsageRecord.objects.update(outcome=outcome, certainty=certainty, completion_tokens=tokens - less)
    findings = reconcile().findings.filter(invariant="I9")
    assert [(each.invariant, each.sentence, each.rows) for each in findings] == expected
