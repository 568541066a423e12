"""Somebody holds the lock of one organization's account for long, as a hanging transaction does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest

from tests.faults.books import add_up
from tests.faults.postgres import NEEDS_POSTGRES, ONCE, own_postgres, processes
from tests.gateway.raw_stream import RawStream, body
from tests.serving import Served
from tests.simulator.serving import Simulator

pytestmark = [ONCE, NEEDS_POSTGRES]

ANOTHER = """
from accounts.models import User
from accounts.signup import welcome
welcome(User.objects.create_user("another"))
"""
ACCOUNT_OF = """
    SELECT 1 FROM billing_account WHERE organization_id IN (
        SELECT organization_id FROM accounts_membership JOIN accounts_user ON user_id = accounts_user.id
        WHERE username = %s
    ) FOR UPDATE
"""
#: Others are served again after so many seconds, and from then on for nearly all of the time.
SOON, NEARLY_ALL = 20.0, 0.7
ENDED = "SELECT count(*) FROM billing_usagerecord WHERE completion_tokens = 20"


@pytest.fixture
def served(simulator: Simulator, tmp_path: Path) -> Iterator[Served]:
    with (
        own_postgres() as postgres,
        processes(postgres, tmp_path / "lineup", simulator.base_url, 1, DATABASE_PATIENCE="1") as [lineup],
    ):
        yield lineup


@contextmanager
def locked(served: Served, user: str) -> Iterator[None]:
    assert served.store.database_url
    with psycopg.connect(served.store.database_url) as holding:
        assert holding.execute(ACCOUNT_OF, [user]).fetchall()
        yield


def status(served: Served, key: str) -> int:
    asked: dict[str, Any] = body(stream=False, simulate={"length": 1})
    headers = {"authorization": f"Bearer {key}"}
    return httpx2.post(f"{served.url}/v1/chat/completions", json=asked, headers=headers, timeout=30).status_code


def test_others_are_served_meanwhile_and_it_is_settled_once_when_the_lock_is_free(served: Served) -> None:
    served.manage("shell", "-c", ANOTHER)
    held, free = served.key("admin"), served.key("another")
    assert (status(served, held), status(served, free)) == (200, 200)
    streams = [RawStream(served.port, held, body(simulate={"length": 20, "tokens_per_second": 10})) for _ in range(5)]
    for stream in streams:
        stream.until(b'"content":')
    with locked(served, "admin"):
        for stream in streams:
            stream.until(b"data: [DONE]")
            stream.leave()
        end = time.monotonic() + SOON
        while status(served, free) != 200 or status(served, held) != 503:
            assert time.monotonic() < end, "nobody is served"
            time.sleep(0.2)
        answers = []
        for _ in range(40):
            answers.append(status(served, free))
            time.sleep(0.25)
        assert answers.count(200) > NEARLY_ALL * len(answers), answers
    end = time.monotonic() + 60
    while status(served, held) != 200:
        assert time.monotonic() < end, "it stays set aside"
        time.sleep(0.5)
    add_up(served)
    assert served.store.query(ENDED) == [(len(streams),)]
