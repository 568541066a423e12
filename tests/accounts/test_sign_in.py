"""Signing in and out, and how often one may try."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import caches
from django.test import Client, override_settings

from accounts.models import User
from tests.conftest import PASSWORD

ADDRESS = "/accounts/login/"
WRONG = "not the password"


def answer(client: Client, login: str, password: str, address: str = "127.0.0.1") -> str:
    response = client.post(ADDRESS, {"login": login, "password": password}, REMOTE_ADDR=address)
    return response.headers.get("Location") or response.content.decode()


@pytest.mark.parametrize("login", ["alice", "Alice", "alice@example.com"])
def test_a_person_signs_in_by_name_or_address(alice: User, login: str) -> None:
    client = Client()
    assert answer(client, login, PASSWORD) == "/"
    assert client.session["_auth_user_id"] == str(alice.pk)


def test_it_goes_where_the_person_wanted_to_go_but_never_to_another_site(alice: User) -> None:
    for wanted, reached in (("/settings", "/settings"), ("https://elsewhere.example/", "/")):
        response = Client().post(ADDRESS, {"login": "alice", "password": PASSWORD, "next": wanted})
        assert response.headers["Location"] == reached


def test_it_answers_alike_whether_the_person_exists_or_not(alice: User) -> None:
    known, unknown = (answer(Client(), name, WRONG) for name in ("alice", "nobody"))
    assert "are not correct" in known
    assert known.count("error") == unknown.count("error")
    assert "are not correct" in unknown


def test_five_wrong_passwords_shut_the_door_even_for_the_right_one(alice: User) -> None:
    for _ in range(5):
        assert "are not correct" in answer(Client(), "alice", WRONG)
    assert "Too many failed" in answer(Client(), "alice", PASSWORD)


def test_the_door_stays_open_for_others(alice: User, charlie: User) -> None:
    for _ in range(5):
        answer(Client(), "alice", WRONG)
    assert answer(Client(), "charlie", PASSWORD, address="10.0.0.9") == "/"


def test_one_address_may_not_try_many_names(alice: User) -> None:
    answers = [answer(Client(), f"name{number}", WRONG) for number in range(11)]
    assert "Too many failed" in answers[-1]


@pytest.mark.parametrize(("trusted", "shared"), [([], True), (["10.0.0.0/8"], False)])
def test_people_behind_a_trusted_proxy_are_told_apart(alice: User, trusted: list[str], shared: bool) -> None:
    with override_settings(TRUSTED_PROXIES=trusted):
        for number in range(11):
            data = {"login": f"name{number}", "password": WRONG}
            page = Client().post(
                ADDRESS, data, REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": f"192.0.2.{number}"}
            )
    assert ("Too many failed" in page.content.decode()) == shared


def test_a_flood_is_told_to_wait_in_a_sentence(alice: User) -> None:
    responses = [Client().post(ADDRESS, {"login": "alice", "password": WRONG}) for _ in range(31)]
    assert responses[-1].status_code == 429
    assert "Wait a few minutes" in responses[-1].content.decode()


@pytest.fixture
def shared_cache(tmp_path: Path) -> Iterator[None]:
    """A cache outside the process, as REDIS_URL gives."""
    backend = "django.core.cache.backends.filebased.FileBasedCache"
    with override_settings(CACHES={"default": {"BACKEND": backend, "LOCATION": tmp_path}}):
        yield


@pytest.mark.usefixtures("shared_cache")
def test_attempts_are_counted_in_the_shared_cache_not_in_the_process(alice: User) -> None:
    for _ in range(5):
        answer(Client(), "alice", WRONG)
        # What another process would begin with: a connection of its own to the same cache.
        del caches["default"]
    assert "Too many failed" in answer(Client(), "alice", PASSWORD)


def test_signing_out_ends_the_session(alice_client: Client) -> None:
    assert alice_client.post("/accounts/logout/").headers["Location"] == ADDRESS
    assert "_auth_user_id" not in alice_client.session


def test_signing_out_needs_a_click(alice_client: Client) -> None:
    assert "Sign out" in alice_client.get("/accounts/logout/").content.decode()
    assert "_auth_user_id" in alice_client.session


def test_somebody_switched_off_cannot_sign_in(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    client = Client()
    answer(client, "alice", PASSWORD)
    assert "_auth_user_id" not in client.session


def test_who_is_not_signed_in_is_sent_there_and_a_part_of_a_page_says_so(db: None) -> None:
    assert Client().get("/playground/history").headers["Location"] == f"{ADDRESS}?next=/playground/history"
    part = Client().get("/playground/history", headers={"HX-Request": "true"})
    assert part.status_code == 401
    assert "You are signed out." in part.content.decode()
