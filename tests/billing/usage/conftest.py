"""Usage that is there because it was settled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Project, User
from billing.models import UsageRecord
from tests.billing.usage.records import record, settle

Use = Callable[..., UsageRecord]


@pytest.fixture
def use(alice: User, project: Project) -> Use:
    """One request of Alice's that was settled."""

    def used(user: User | None = None, on: Project | None = None, **changes: Any) -> UsageRecord:
        made = record(user or alice, on or project, **changes)
        settle(made)
        return made

    return used
