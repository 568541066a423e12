"""From the secret of a request to its caller."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import authentication, members
from accounts.models import ApiKey, Organization, Project, User, digest
from common.errors import NotAuthenticated


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    authentication.forget_all()


def refusal(secret: str, path: str | None = None) -> dict[str, object]:
    with pytest.raises(NotAuthenticated) as refused:
        authentication.caller_for(secret, path)
    return dict(refused.value.body())


def test_a_secret_is_long_and_only_its_beginning_and_digest_are_kept(alice: User) -> None:
    key, secret = ApiKey.objects.issue(user=alice, project=None)
    assert len(secret) >= 40
    assert key.digest == digest(secret)
    assert secret.startswith(key.prefix)
    assert all(secret not in str(value) for value in ApiKey.objects.values_list().get(pk=key.pk))


def test_it_finds_the_caller(alice: User, project: Project, alice_key: str) -> None:
    caller = authentication.caller_for(
        alice_key, "alice/playground", door="api", client="openai/2.0", address="192.0.2.7"
    )
    assert (caller.user_id, caller.project_id, caller.project_path) == (alice.pk, project.pk, "alice/playground")
    assert (caller.door, caller.client, caller.address) == ("api", "openai/2.0", "192.0.2.7")


def test_without_a_project_it_takes_the_keys_own_then_the_persons_first(alice: User, project: Project) -> None:
    second = Project.objects.create(team=project.team, slug="second")
    for own, expected in ((second, second), (None, project)):
        _, secret = ApiKey.objects.issue(user=alice, project=own)
        assert authentication.caller_for(secret).project_id == expected.pk


@pytest.mark.parametrize("secret", ["", "lineup-nonsense", "x" * 1_000_000])
@pytest.mark.django_db
def test_it_refuses_what_is_no_key(secret: str) -> None:
    refusal(secret)


def test_every_refusal_is_alike(alice_key: str, charlie: User) -> None:
    unknown_key = refusal("lineup-nonsense")
    assert unknown_key == refusal(alice_key, "alice/nothing")
    assert unknown_key == refusal(alice_key, "charlie/playground")
    assert unknown_key == refusal(alice_key, "no slash")


def test_it_refuses_an_expired_key(alice: User, project: Project) -> None:
    _, secret = ApiKey.objects.issue(user=alice, project=project, expires_at=timezone.now() - timedelta(seconds=1))
    refusal(secret)


def test_a_key_is_not_cached_past_its_end(alice: User, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    end = timezone.now() + timedelta(seconds=4)
    _, secret = ApiKey.objects.issue(user=alice, project=project, expires_at=end)
    authentication.caller_for(secret)
    later = time.monotonic() + 4
    monkeypatch.setattr("accounts.authentication.time.monotonic", lambda: later)
    monkeypatch.setattr("accounts.authentication.timezone.now", lambda: end)
    refusal(secret)


def test_it_refuses_a_revoked_key_at_once_though_it_was_cached(alice: User, alice_key: str) -> None:
    authentication.caller_for(alice_key)
    authentication.revoke(alice.api_keys.get())
    refusal(alice_key)


def test_it_refuses_the_key_of_somebody_switched_off(alice: User, alice_key: str) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    refusal(alice_key)


@pytest.mark.django_db(transaction=True)
def test_it_refuses_at_once_somebody_who_was_removed(organization: Organization, bob: User) -> None:
    _, secret = ApiKey.objects.issue(user=bob, project=None)
    authentication.caller_for(secret, "alice/playground")
    members.remove(membership=organization.memberships.get(user=bob))
    refusal(secret, "alice/playground")


def test_a_key_just_cached_costs_no_query(alice_key: str) -> None:
    authentication.caller_for(alice_key)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        authentication.caller_for(alice_key)
    assert len(queries) == 0


def test_a_key_is_cached_for_five_seconds_at_most(alice_key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    authentication.caller_for(alice_key)
    later = time.monotonic() + 5.1
    monkeypatch.setattr("accounts.authentication.time.monotonic", lambda: later)
    ApiKey.objects.update(revoked_at=timezone.now())
    refusal(alice_key)


def test_its_use_is_noted_once_a_minute(alice_key: str) -> None:
    authentication.caller_for(alice_key)
    first = ApiKey.objects.get().last_used_at
    assert first is not None
    authentication.forget_all()
    authentication.caller_for(alice_key)
    assert ApiKey.objects.get().last_used_at == first
    ApiKey.objects.update(last_used_at=first - timedelta(minutes=2))
    authentication.forget_all()
    authentication.caller_for(alice_key)
    assert ApiKey.objects.get().last_used_at >= first  # type: ignore[operator]
