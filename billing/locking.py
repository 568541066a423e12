"""Locking accounts, and reading in the same moment where their money stands; and writing down what changed."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection

from billing import drawing, ledger, spending, sql
from billing.plans import start_of
from billing.standing import Running, Standing
from common import clock

#: Without the plan: PostgreSQL finds no row whose join has changed while it waited for the lock.
LOCK = (
    "SELECT organization_id FROM billing_account WHERE organization_id IN (SELECT id FROM batch)"
    " ORDER BY organization_id FOR UPDATE"
)
#: The plan is not locked: what staff change of it meanwhile is for the next transaction.
ACCOUNTS = (
    "SELECT account.organization_id, account.settled, account.held, account.spending, account.spending_from,"
    " account.renews_at, plan.bills_overage, plan.is_self_service, coalesce(account.spending_cap, plan.spending_cap),"
    " plan.cap_period, {now}"
    " FROM billing_account AS account JOIN billing_plan AS plan ON plan.id = account.plan_id"
    " WHERE account.organization_id IN (SELECT id FROM batch) ORDER BY account.organization_id"
)
#: The state stands in the text, so that the index of running reservations is used.
RUNNING = (
    "SELECT account_id, project_id, api_key_id, model, count(*), CAST(sum(amount) AS bigint), min(created_at)"
    " FROM billing_reservation WHERE state = 'running' AND account_id IN (SELECT id FROM batch)"
    " GROUP BY account_id, project_id, api_key_id, model"
)
MOVE = (
    "UPDATE billing_account SET settled = settled + settled_by, held = held + held_by, spending = batch.spent,"
    " spending_from = batch.since FROM batch WHERE organization_id = batch.id"
)
MOVED = {"id": "uuid", "settled_by": "bigint", "held_by": "bigint", "spent": "bigint", "since": "timestamptz"}

Standings = dict[uuid.UUID, Standing]


class Read(NamedTuple):
    """Rows that are there when the statements they come from have been sent."""

    accounts: list[sql.Row]
    credits: list[sql.Row]
    limits: list[sql.Row]
    running: list[sql.Row]


def lock(organization_ids: Iterable[uuid.UUID]) -> list[sql.Row]:
    """Locks the accounts until the transaction ends, always in the same order so that no two wait for each other.

    In SQLite the transaction has locked everything.
    """
    ids = list(organization_ids)
    if connection.features.has_select_for_update:
        sql.select(LOCK, "uuid", ids)
    return sql.select(ACCOUNTS.format(now=clock.column()), "uuid", ids)


def look(organization_id: uuid.UUID) -> Standing | None:
    """Without a lock, to be shown; None if the account was never opened."""
    ids = [organization_id]
    locked_by_nobody = sql.select(ACCOUNTS.format(now=clock.column()), "uuid", ids)
    return standings(read(locked_by_nobody, ids)).get(organization_id)


def read(locked: list[sql.Row], organization_ids: Collection[uuid.UUID]) -> Read:
    """What belongs to accounts that are locked, or about to be by the statement sent before."""
    return Read(
        locked,
        sql.select(drawing.OPEN, "uuid", organization_ids),
        sql.select(spending.LIMITS, "uuid", organization_ids),
        sql.select(RUNNING, "uuid", organization_ids),
    )


def standings(rows: Read) -> Standings:
    found = {standing.account_id: standing for standing in map(_standing, rows.accounts)}
    for row in rows.credits:
        found[sql.identity(row[0])].credits.append(drawing.read(row))
    for row in rows.limits:
        standing = found[sql.identity(row[0])]
        standing.limits.append(spending.read(row, standing.now))
    for row in rows.running:
        found[sql.identity(row[0])].running.append(_running(row))
    return found


def _standing(row: sql.Row) -> Standing:
    identity, settled, held, spent, since, renews_at, bills_overage, is_self_service, cap, cap_period, told = row
    now = clock.now(told)
    start = start_of(cap_period, now)
    return Standing(
        account_id=sql.identity(identity),
        settled=settled,
        held=held,
        spending=spent if since is not None and sql.moment(since) == start else 0,
        spending_from=start,
        bills_overage=bool(bills_overage),
        may_upgrade=bool(is_self_service) and not bills_overage,
        cap=cap,
        now=now,
        ahead=clock.ahead(now),
        is_due=renews_at is not None and sql.moment(renews_at) <= now,
    )


def _running(row: sql.Row) -> Running:
    _, project_id, api_key_id, model, requests, held, oldest = row
    key = None if api_key_id is None else sql.identity(api_key_id)
    return Running(sql.identity(project_id), key, model, requests, held, sql.moment(oldest))


def write(standings: Standings) -> None:
    """What changed, with the entries that changed it."""
    ordered = [standing for _, standing in sorted(standings.items())]
    changed: list[Sequence[Any]] = [
        (each.account_id, each.settled_by, each.held_by, each.spending, each.spending_from)
        for each in ordered
        if each.settled_by or each.held_by
    ]
    ledger.post([entry for each in ordered for entry in each.entries])
    drawing.write([credit for each in ordered for credit in each.credits])
    spending.write(limit for each in ordered for limit in each.limits)
    sql.run(MOVE, MOVED, changed)
