"""Alice's organization with exactly what a test grants it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from accounts.models import Organization, Project, User
from billing import writer
from billing.accounts import account_of
from billing.grants import grant, void
from billing.models import Account, Reservation
from tests.billing.moving_clock import MovingClock
from tests.billing.wishes import wish


@pytest.fixture
def empty(transactional_db: None, organization: Organization) -> Account:
    """Alice's account with no credits left."""
    account = account_of(organization.pk)
    void(account.grants.get())
    account.refresh_from_db()
    return account


@pytest.fixture
def other(charlie: object) -> Project:
    """A project of Charlie's organization."""
    return Project.objects.get(team__slug="charlie")


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> MovingClock:
    """Stands at noon of a day in the middle of a month until it is moved."""
    return MovingClock(monkeypatch, "2027-03-10T12:00")


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Where this process keeps what the database could not take."""
    settings.VAR_DIR = tmp_path
    return tmp_path / "settlements"


@pytest.fixture
def running(empty: Account, alice: User, project: Project) -> Reservation:
    """Admitted by the books' thread."""
    grant(empty.organization, 10**9)
    row: Reservation = writer.submit(wish(alice, project)).result(20)
    return row
