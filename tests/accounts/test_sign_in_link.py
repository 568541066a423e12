"""The link that `make run` prints."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from accounts.sign_in_link import LIFETIME, SALT, sign_in_path


def test_it_signs_in_the_person_it_is_for(alice: User, client: Client) -> None:
    response = client.get(sign_in_path(alice))
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(alice.pk)


def test_it_works_once(alice: User, client: Client) -> None:
    path = sign_in_path(alice)
    client.get(path)
    stranger = Client()
    response = stranger.get(path)
    assert response.status_code == 410
    assert b"no longer works" in response.content
    assert b"Sign in" in response.content
    assert "_auth_user_id" not in stranger.session


def test_it_expires(alice: User, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sign_in_path(alice)
    later = datetime.now(UTC) + LIFETIME + timedelta(seconds=1)
    monkeypatch.setattr("django.core.signing.time.time", later.timestamp)
    assert client.get(path).status_code == 410


@pytest.mark.parametrize("payload", [[0, ""], "nonsense", [None, None], {"user": 1}])
def test_it_refuses_a_token_for_nobody(client: Client, db: None, payload: object) -> None:
    token = signing.dumps(payload, salt=SALT)
    assert client.get(f"/sign-in/{token}").status_code == 410


def test_it_refuses_a_forged_token(alice: User, client: Client) -> None:
    assert client.get(sign_in_path(alice) + "x").status_code == 410


def test_it_refuses_somebody_who_may_not_sign_in_any_more(alice: User, client: Client) -> None:
    path = sign_in_path(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert client.get(path).status_code == 410


def test_a_look_ahead_does_not_use_it_up(alice: User, client: Client) -> None:
    path = sign_in_path(alice)
    assert client.head(path).status_code == 405
    assert client.get(path).status_code == 302


def test_a_command_prints_one(alice: User, client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sign_in_link", "alice")
    client.get(capsys.readouterr().out.strip())
    assert client.session["_auth_user_id"] == str(alice.pk)
