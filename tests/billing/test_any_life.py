"""Whatever happens to an organization's money, in whatever order and at whatever time, every invariant holds."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from accounts.models import Project, User
from billing.accounts import account_of
from billing.models import Plan
from common import clock
from tests.billing.life import SCALE, Life
from tests.billing.wishes import plan

#: In parts, for several processes to share; 2,000 in all, and ten times as many by `make test-long`.
PARTS = 40
EXAMPLES = 50 * int(os.environ.get("FAULTS_TIMES", "1"))
START = datetime(2027, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def life(transactional_db: None, alice: User, project: Project, monkeypatch: pytest.MonkeyPatch) -> type[Life]:
    for slug in ("free", "pro", "academic", "enterprise"):
        plan(slug)
    # Near enough for requests of a few cents.
    Plan.objects.update(included_credits=3_000 * SCALE)
    Plan.objects.filter(bills_overage=True).update(spending_cap=20_000 * SCALE)
    living: list[Life] = []

    class RolledBack(Life):
        def __init__(self) -> None:
            self.alice, self.project, self.at = alice, project, START
            living[:] = [self]
            self.transaction = transaction.atomic()
            self.transaction.__enter__()
            account_of(project.team.organization_id)
            super().__init__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    monkeypatch.setattr(clock, "now", lambda _told=None: living[0].at if living else START)
    return RolledBack


@pytest.mark.parametrize("part", range(PARTS))
def test_every_invariant_holds(life: type[Life], part: int) -> None:
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    often = settings(max_examples=EXAMPLES, stateful_step_count=20, deadline=None, suppress_health_check=checks)
    run_state_machine_as_test(seed(part)(life), settings=often)
