"""Alice's organization with exactly what a test grants it."""

from __future__ import annotations

import pytest

from accounts.models import Organization, Project
from billing.accounts import account_of
from billing.models import Account


@pytest.fixture
def empty(transactional_db: None, organization: Organization) -> Account:
    """Alice's account with no credits left."""
    account = account_of(organization.pk)
    account.grants.all().delete()
    Account.objects.filter(pk=account.pk).update(settled=0)
    account.refresh_from_db()
    return account


@pytest.fixture
def other(charlie: object) -> Project:
    """A project of Charlie's organization."""
    return Project.objects.get(team__slug="charlie")
