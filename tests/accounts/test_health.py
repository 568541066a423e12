"""/livez and /readyz, which is also at /healthz."""

import pytest
from django.db import DatabaseError, connection
from django.test import Client


def gone() -> None:
    raise DatabaseError("gone")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/readyz", "/healthz"])
def test_anybody_may_ask_and_no_session_is_made(address: str) -> None:
    response = Client().get(address)
    assert response.json() == {"status": "ok", "database": "ok"}
    assert not response.cookies


@pytest.mark.django_db
def test_it_says_so_when_the_database_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "cursor", gone)
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json()["database"] == "cannot be reached"


def test_a_process_lives_without_its_database() -> None:
    assert Client().get("/livez").json() == {"status": "ok"}
