"""Two processes that admit at the same moment overshoot neither money nor slots."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection

from accounts.models import Membership, Project, User
from billing.accounts import account_of
from billing.grants import grant
from billing.models import Account, Reservation
from tests.billing.wishes import check_books

ROOT = Path(__file__).resolve().parents[2]


class Rush:
    """Processes that hold their breath, admit together when told, and say what became of it."""

    def __init__(self, *plans: dict[str, object]) -> None:
        name = str(connection.settings_dict["NAME"])
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "RUSH_DATABASE": name}
        command = [sys.executable, "-m", "tests.billing.rush"]
        self.runners = [
            subprocess.Popen(
                [*command, json.dumps(plan)], cwd=ROOT, env=environment, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )
            for plan in plans
        ]  # fmt: skip

    def go(self) -> Counter[str]:
        for runner in self.runners:
            assert runner.stdout is not None
            assert runner.stdout.readline() == "ready\n"
        for runner in self.runners:
            assert runner.stdin is not None
            runner.stdin.write("go\n")
            runner.stdin.flush()
        answers: Counter[str] = Counter()
        for runner in self.runners:
            said, _ = runner.communicate(timeout=60)
            answers += Counter(json.loads(said))
        return answers


def plan(user: User, project: Project, **changes: int) -> dict[str, object]:
    return {"user": user.pk, "project": str(project.pk), "times": 25, "changes": changes}


def test_money_for_three_admits_three(empty: Account, alice: User, project: Project) -> None:
    grant(empty.organization, 3_999)
    answers = Rush(plan(alice, project), plan(alice, project)).go()
    assert answers == {"admitted": 3, "QuotaExceeded": 47}
    empty.refresh_from_db()
    assert empty.held == 3_000
    check_books()


def test_slots_for_three_admit_three(empty: Account, alice: User, project: Project) -> None:
    grant(empty.organization, 10**9)
    answers = Rush(plan(alice, project, user_limit=3), plan(alice, project, user_limit=3)).go()
    assert answers == {"admitted": 3, "ConcurrencyLimitReached": 47}


def test_one_person_in_two_organizations_has_one_set_of_slots(
    empty: Account, alice: User, project: Project, other: Project
) -> None:
    Membership.objects.create(organization=other.team.organization, user=alice)
    for organization in (empty.organization, other.team.organization):
        account_of(organization.pk)
        grant(organization, 10**9)
    answers = Rush(plan(alice, project, user_limit=3), plan(alice, other, user_limit=3)).go()
    assert answers == {"admitted": 3, "ConcurrencyLimitReached": 47}


@pytest.mark.usefixtures("empty")
def test_a_dead_process_leaves_nothing_held(alice: User, project: Project) -> None:
    """The runners end without settling; the next process that keeps books closes what they left."""
    from billing import reaper

    grant(project.team.organization, 10**9)
    Rush(plan(alice, project)).go()
    assert Reservation.objects.filter(state=Reservation.State.RUNNING).count() == 25
    assert reaper.reap(silent_too=False) == 25
    assert Account.objects.get().held == 0
    check_books()
