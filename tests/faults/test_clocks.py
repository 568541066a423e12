"""R13: two processes whose clocks are ten minutes apart agree on what is over, for they ask the database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import psycopg
import pytest

from billing.usage.periods import Grain
from common.money import CENT
from tests.billing.without_credits import WITHOUT_CREDITS
from tests.clocks import ahead
from tests.faults.postgres import NEEDS_POSTGRES, ONCE, own_postgres
from tests.gateway.raw_stream import body
from tests.serving import Served, Store
from tests.simulator.serving import Simulator

pytestmark = [ONCE, NEEDS_POSTGRES]

SKEW = timedelta(minutes=5)
#: A time of the database's own.
SHIFTED = """
CREATE SCHEMA shifted;
CREATE FUNCTION shifted.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS $$ SELECT pg_catalog.clock_timestamp() + interval '{seconds} seconds' $$;
CREATE FUNCTION shifted.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS $$ SELECT pg_catalog.now() + interval '{seconds} seconds' $$;
ALTER ROLE lineup SET search_path = shifted, pg_catalog, public;
"""
RUNNING = "SELECT count(*) FROM billing_reservation WHERE state = 'running'"
USED = "SELECT count(*) FROM billing_ledgerentry WHERE kind = 'usage' AND source = 'promotional'"
OWED = "SELECT coalesce(sum(amount), 0) FROM billing_ledgerentry WHERE source = 'owed' AND at < ?"
INVOICES = "SELECT period_start, period_end, total FROM billing_invoice"
BY_DAY = "SELECT day, sum(amount) FROM billing_ledgerday WHERE target = 'usage' GROUP BY day ORDER BY day"
BY_ENTRY = (
    "SELECT date_trunc('day', at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS day, sum(amount)"
    " FROM billing_ledgerentry WHERE target = 'usage' GROUP BY day ORDER BY day"
)
CREDITS_FOR_SECONDS = (
    "; from datetime import timedelta; from billing.grants import grant; from billing.models import Account;"
    " from common import clock;"
    " grant(Account.objects.get().organization, 10**12, expires=clock.now() + timedelta(seconds={seconds}))"
)
#: Answers of this many tokens soon cost a cent, the least that is invoiced.
LENGTH = 4000


class Skewed:
    """A Lineup whose clock is fast and one whose clock is slow, at a PostgreSQL whose time is the books'."""

    def __init__(self, store: Store, simulator_url: str) -> None:
        self.store = store
        settings = {"INVOICE_GRACE_MINUTES": "0", "RUN_CHORES": "0"}
        # What is done without a wrong clock.
        self.right = Served(store, simulator_url, **settings)
        self.right.manage("bootstrap")
        self.key = self.right.key()
        self.fast, self.slow = (Served(store, simulator_url, **settings, **ahead(by)) for by in (SKEW, -SKEW))
        for served in (self.fast, self.slow):
            self._start(served)

    def _start(self, served: Served) -> None:
        served.start()
        assert httpx2.get(f"{served.url}/readyz", timeout=60).status_code == 200

    def stop(self) -> None:
        for served in (self.fast, self.slow):
            served.kill()

    def restart(self, books: timedelta) -> None:
        """With all clocks so far ahead as well."""
        with psycopg.connect(self.store.database_url) as postgres:
            postgres.execute(SHIFTED.format(seconds=books.total_seconds()).encode())
        for served, skew in ((self.fast, SKEW), (self.slow, -SKEW)):
            served.kill()
            served.environment |= ahead(books + skew)
            self._start(served)

    def ask(self, served: Served, **simulated: object) -> int:
        asked = body(max_tokens=LENGTH, stream=False, simulate={"length": LENGTH} | simulated)
        headers = {"authorization": f"Bearer {self.key}"}
        return httpx2.post(f"{served.url}/v1/chat/completions", json=asked, headers=headers, timeout=60).status_code

    def spend(self, *, credits_for: float = 0) -> None:
        """All credits are taken back; new ones, if any, are over in so many seconds of the books' time."""
        more = CREDITS_FOR_SECONDS.format(seconds=credits_for) if credits_for else ""
        self.right.manage("shell", "-c", WITHOUT_CREDITS + more)

    def now(self) -> datetime:
        [(now,)] = self.store.query("SELECT clock_timestamp()")
        assert isinstance(now, datetime)
        return now

    def settled(self) -> None:
        while self.store.query(RUNNING) != [(0,)]:
            time.sleep(0.05)


@pytest.fixture
def lineups(simulator: Simulator, simulator_url: str, tmp_path: Path) -> Iterator[Skewed]:
    with own_postgres() as postgres:
        made = Skewed(Store(tmp_path / "lineup", database_url=postgres.url), simulator_url)
        yield made
        made.stop()


def test_credits_that_are_valid_at_admission_pay_whatever_a_process_thinks_the_time_is(lineups: Skewed) -> None:
    both = (lineups.fast, lineups.slow)
    lineups.spend(credits_for=8)
    begun = lineups.now()
    slowly = {"tokens_per_second": LENGTH / 9}
    with ThreadPoolExecutor(2) as callers:
        assert list(callers.map(lambda served: lineups.ask(served, **slowly), both)) == [200, 200]
    lineups.settled()
    assert lineups.now() - begun > timedelta(seconds=8)
    assert [lineups.ask(served) for served in both] == [429, 429]
    assert lineups.store.query(USED) == [(2,)]
    assert lineups.store.query(OWED, lineups.now()) == [(0,)]
    assert "The books add up" in lineups.right.manage("reconcile")


def test_a_month_ends_for_both_when_it_ends_in_the_database(lineups: Skewed) -> None:
    lineups.right.manage("set_plan", "Local", "pro")
    lineups.spend()
    end = Grain.MONTH.after(Grain.MONTH.floor(datetime.now(UTC)))
    lineups.restart(end - timedelta(seconds=30) - datetime.now(UTC))

    def ask_until_after(served: Served) -> set[int]:
        answers = set()
        while lineups.now() < end + timedelta(seconds=2):
            answers.add(lineups.ask(served))
        return answers

    assert lineups.now() < end
    with ThreadPoolExecutor(2) as callers:
        assert list(callers.map(ask_until_after, (lineups.fast, lineups.slow))) == [{200}, {200}]
    lineups.settled()
    days = lineups.store.query(BY_DAY)
    assert [day for day, _ in days] == [end - timedelta(days=1), end]
    assert days == lineups.store.query(BY_ENTRY)
    for served in (lineups.slow, lineups.fast, lineups.slow):
        served.manage("run_chores", "invoices")
    [(_, until, total)] = lineups.store.query(INVOICES)
    [(owed,)] = lineups.store.query(OWED, end)
    assert (until, total) == (end, owed - owed % CENT)
    assert "The books add up" in lineups.right.manage("reconcile")
