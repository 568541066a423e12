"""/healthz"""

import pytest
from django.db import DatabaseError, connection
from django.test import Client


@pytest.mark.django_db
def test_anybody_may_ask_and_no_session_is_made() -> None:
    response = Client().get("/healthz")
    assert response.json() == {"status": "ok", "database": "ok"}
    assert not response.cookies


@pytest.mark.django_db
def test_it_says_so_when_the_database_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(connection, "cursor", refuse)
    response = Client().get("/healthz")
    assert response.status_code == 503
    assert response.json()["database"] == "cannot be reached"
