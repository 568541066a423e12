"""Whoever waits for an account's lock finds the account as it is afterwards, whatever became of its plan meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from accounts.models import Project, User
from billing import accounts, book
from billing.grants import grant
from billing.models import Account, Reservation
from billing.plan_changes import change_plan
from tests.billing.wishes import plan, wish
from tests.blocked import blocked, has_row_locks

pytestmark = has_row_locks


def while_the_plan_changes(account: Account, work: Callable[[], Any]) -> Any:
    with transaction.atomic():
        accounts.locked(account.pk)
        waiting = blocked(work)
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
