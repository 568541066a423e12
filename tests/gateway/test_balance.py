"""An organization's balance as of any time, for programs of its admins."""

from __future__ import annotations

import time

import pytest

from accounts.models import ApiKey, Organization, Project, User
from billing.accounts import account_of
from billing.grants import grant
from common.money import pico
from tests.completions.stage import in_thread
from tests.gateway.asking import answer

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/organization/balance"


async def test_it_tells_every_book_and_what_is_left_of_each_grant(organization: Organization, alice_key: str) -> None:
    await in_thread(account_of)(organization.pk)
    await in_thread(grant)(organization, pico("10.000000000001"), note="More")
    told = (await answer("GET", PATH, key=alice_key)).json()
    assert told["object"] == "organization.balance"
    assert told["settled"] == {"value": pytest.approx(15), "currency": "usd", "exact": "15.000000000001"}
    assert told["held"]["exact"] == "0.000000000000"
    assert told["books"]["issued"]["exact"] == "-15.000000000001"
    assert [each["remaining"]["exact"] for each in told["grants"]] == ["5.000000000000", "10.000000000001"]


async def test_before_anything_was_booked_there_was_nothing(organization: Organization, alice_key: str) -> None:
    await in_thread(account_of)(organization.pk)
    told = (await answer("GET", PATH, key=alice_key, params={"at": "1000000000"})).json()
    assert (told["at"], told["held"], told["grants"]) == (1_000_000_000, None, [])
    assert {amount["exact"] for amount in told["books"].values()} == {"0.000000000000"}


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ({"at": "soon"}, "'at' must be an integer"),
        ({"at": "-5"}, "'at' must be an integer"),
        ({"at": str(int(time.time()) + 90_000)}, "'at' lies in the future"),
        ({"currency": "eur"}, "There is no parameter 'currency'"),
        ([("at", "1"), ("at", "2")], "'at' is there twice."),
    ],
)
async def test_what_cannot_be_meant_is_refused(alice_key: str, query: object, why: str) -> None:
    refused = await answer("GET", PATH, key=alice_key, params=query)
    assert refused.status_code == 400
    assert why in refused.json()["error"]["message"]


async def test_it_is_for_admins(bob: User, project: Project) -> None:
    secret = (await in_thread(ApiKey.objects.issue)(user=bob, project=project))[1]
    assert (await answer("GET", PATH, key=secret)).status_code == 403
