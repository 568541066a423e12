"""Whoever waits for an account's lock finds the account as it is afterwards, whatever became of its plan meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import Project, User
from billing import accounts, book
from billing.grants import grant
from billing.models import Account, Reservation
from billing.plan_changes import change_plan
from tests.billing.wishes import plan, wish

pytestmark = pytest.mark.skipif(connection.vendor == "sqlite", reason="whoever writes waits at BEGIN")


class Waiting(threading.Thread):
    """Does what it is told on a connection of its own; waits for a lock while another thread holds it."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__()
        self.work, self.answer = work, None
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self.answer = self.work()
        except BaseException as error:
            self.error = error
        finally:
            connection.close()


def is_waiting() -> bool:
    """For this very transaction; what pg_stat_activity says does not change within one."""
    with connection.cursor() as cursor:
        blocked = "NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        cursor.execute(f"SELECT count(*) FROM pg_locks WHERE {blocked}")
        return bool(cursor.fetchone()[0])


def while_the_plan_changes(account: Account, work: Callable[[], Any]) -> Any:
    with transaction.atomic():
        accounts.locked(account.pk)
        waiting = Waiting(work)
        while not is_waiting() and waiting.is_alive():
            pass
        change_plan(account.pk, plan("pro"))
    waiting.join(20)
    assert waiting.error is None
    return waiting.answer


def test_a_second_click_on_upgrade_changes_nothing(empty: Account) -> None:
    assert while_the_plan_changes(empty, lambda: change_plan(empty.pk, plan("pro"))) is None


def test_credits_are_granted(empty: Account) -> None:
    assert while_the_plan_changes(empty, lambda: grant(empty.organization, 5)).remaining == 5


def test_a_request_is_admitted_on_the_new_plan(empty: Account, alice: User, project: Project) -> None:
    (answer,) = while_the_plan_changes(empty, lambda: book.book([], [wish(alice, project)]))
    assert isinstance(answer, Reservation)
