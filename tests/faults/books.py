"""What must be true of the books whenever nothing is running, whatever went wrong before."""

from __future__ import annotations

import time

from tests.serving import Served

RUNNING = "SELECT count(*) FROM billing_reservation WHERE state = 'running'"
#: Each is a number that must be zero.
WRONG = {
    "a reservation that ended without its one record": """
        SELECT count(*) FROM billing_reservation AS held
        WHERE (SELECT count(*) FROM billing_usagerecord AS used WHERE used.id = held.id) <> 1""",
    "a record without a reservation": """
        SELECT count(*) FROM billing_usagerecord AS used
        WHERE NOT EXISTS (SELECT 1 FROM billing_reservation AS held WHERE held.id = used.id)""",
    "a cost that is not its tokens at their prices": """
        SELECT count(*) FROM billing_usagerecord
        WHERE cost <> (prompt_tokens - cached_tokens) * input_price + cached_tokens * cached_input_price
            + completion_tokens * output_price""",
    "a request that was voided and charged": """
        SELECT count(*) FROM billing_reservation AS held JOIN billing_usagerecord AS used ON used.id = held.id
        WHERE held.state = 'voided' AND used.cost <> 0""",
    "money held for nothing": "SELECT coalesce(sum(held), 0) FROM billing_account",
    "money in the accounts beside grants less usage": """
        SELECT coalesce((SELECT sum(settled) FROM billing_account), 0)
            - coalesce((SELECT sum(amount) FROM billing_grant), 0)
            + coalesce((SELECT sum(cost) FROM billing_usagerecord), 0)""",
    "money in the accounts beside what their credits have left and what they owe": """
        SELECT coalesce((SELECT sum(settled) FROM billing_account), 0)
            - coalesce((SELECT sum(remaining) FROM billing_grant), 0)
            + coalesce((SELECT sum(amount) FROM billing_ledgerentry WHERE source = 'owed'), 0)""",
    "charges in the ledger beside the cost of the records": """
        SELECT coalesce((SELECT sum(amount) FROM billing_ledgerentry WHERE kind = 'usage'), 0)
            - coalesce((SELECT sum(cost) FROM billing_usagerecord), 0)""",
    "a completion whose charge is not its cost": """
        SELECT count(*) FROM billing_usagerecord AS used WHERE used.cost <> (SELECT coalesce(sum(amount), 0)
            FROM billing_ledgerentry AS entry WHERE entry.about_id = used.id)""",
    "what is left of credits beside their entries": """
        SELECT count(*) FROM billing_grant AS given WHERE given.remaining <> (SELECT coalesce(sum(
            CASE WHEN entry.target = given.category THEN entry.amount ELSE -entry.amount END), 0)
            FROM billing_ledgerentry AS entry WHERE entry.grant_id = given.id)""",
    "days of the ledger beside its entries": """
        SELECT coalesce((SELECT sum(amount) FROM billing_ledgerday), 0)
            - coalesce((SELECT sum(amount) FROM billing_ledgerentry), 0)""",
    "cost in the hours beside that in the records": """
        SELECT coalesce((SELECT sum(cost) FROM billing_usagehour), 0)
            - coalesce((SELECT sum(cost) FROM billing_usagerecord), 0)""",
    "requests in the hours beside the records": """
        SELECT coalesce((SELECT sum(requests) FROM billing_usagehour), 0)
            - (SELECT count(*) FROM billing_usagerecord)""",
}


def until(served: Served, sql: str, wanted: int, within: float = 60) -> None:
    """Waits for what another process writes."""
    deadline = time.monotonic() + within
    while (found := served.store.query(sql)[0][0]) != wanted:
        assert time.monotonic() < deadline, f"{sql} stays {found}"
        time.sleep(0.05)


def add_up(served: Served) -> None:
    """Once nothing is running any more."""
    until(served, RUNNING, 0)
    assert {what: found for what, sql in WRONG.items() if (found := served.store.query(sql)[0][0])} == {}


def records(served: Served, name: str) -> list[tuple[str, str, int]]:
    """Outcome, certainty and tokens of what clients of this name have used."""
    sql = "SELECT outcome, certainty, completion_tokens FROM billing_usagerecord WHERE client = ?"
    return [(outcome, certainty, tokens) for outcome, certainty, tokens in served.store.query(sql, name)]
