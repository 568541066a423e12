"""`set_plan` puts an organization on a plan, whichever it is."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organization
from billing.accounts import account_of
from billing.models import AuditEvent

pytestmark = pytest.mark.django_db


def test_it_says_what_it_did(organization: Organization) -> None:
    out = StringIO()
    call_command("set_plan", organization.name, "enterprise", stdout=out)
    assert out.getvalue().strip() == f"{organization} is on the plan Enterprise now."
    assert account_of(organization.pk).plan.slug == "enterprise"
    assert AuditEvent.objects.get().actor_name == ""


@pytest.mark.parametrize(
    ("name", "plan", "why"),
    [
        ("Nobody", "pro", "There is no organization named 'Nobody'."),
        ("alice", "gold", "There is no plan 'gold'; there are: free, pro, academic, enterprise."),
        ("alice", "free", "alice is on the plan Free already."),
    ],
)
def test_what_cannot_be_is_refused(organization: Organization, name: str, plan: str, why: str) -> None:
    with pytest.raises(CommandError) as error:
        call_command("set_plan", name, plan)
    assert str(error.value) == why
