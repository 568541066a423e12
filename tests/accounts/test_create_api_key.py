"""`manage.py create_api_key`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts import authentication
from accounts.models import ApiKey, User


def test_it_prints_the_key_alone(alice: User) -> None:
    out = StringIO()
    call_command("create_api_key", "--user", "alice", "--label", "script", stdout=out)
    secret = out.getvalue().removesuffix("\n")
    assert authentication.caller_for(secret).user_id == alice.pk
    assert ApiKey.objects.get().label == "script"


@pytest.mark.django_db
def test_it_refuses_somebody_it_does_not_know_in_one_line() -> None:
    with pytest.raises(CommandError, match="There is no user called 'nobody'") as refused:
        call_command("create_api_key", "--user", "nobody")
    assert refused.value.returncode == 1
