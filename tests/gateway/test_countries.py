"""A country that is not served, at the API: after key and project, before the body."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.test import override_settings

from config.asgi import application
from tests.accounts import geoip

pytestmark = pytest.mark.django_db(transaction=True)
MESSAGE = "Country, region, or territory not supported"


@pytest.fixture(autouse=True)
def _atlantis_is_blocked(tmp_path: Path) -> Iterator[None]:
    with override_settings(
        BLOCKED_COUNTRIES=["AT"], GEOIP_DATABASE=geoip.write(tmp_path), TRUSTED_PROXIES=["10.0.0.1"]
    ):
        yield


async def ask(path: str, key: str, peer: str = geoip.AT, content: Any = b"no JSON", **headers: str) -> tuple[int, str]:
    transport = httpx2.ASGITransport(application, client=(peer, 1234))
    headers = {name.replace("_", "-"): value for name, value in headers.items()} | {"authorization": f"Bearer {key}"}
    async with httpx2.AsyncClient(transport=transport, base_url="http://testserver/v1", headers=headers) as client:
        answer = await (client.get(path) if path.startswith("/models") else client.post(path, content=content))
    return answer.status_code, answer.json().get("error", {}).get("message", "")


@pytest.mark.parametrize("path", ["/models", "/models/no/model", "/chat/completions"])
async def test_it_is_refused_everywhere(alice_key: str, path: str) -> None:
    assert await ask(path, alice_key) == (403, MESSAGE)


async def test_a_bad_key_and_a_foreign_project_hear_nothing_of_it(alice_key: str) -> None:
    assert (await ask("/chat/completions", "lineup-nonsense"))[0] == 401
    assert (await ask("/chat/completions", alice_key, openai_project="charlie/playground"))[0] == 401


async def test_the_body_is_not_even_read(alice_key: str) -> None:
    read: list[bytes] = []

    async def body() -> AsyncIterator[bytes]:
        read.append(b"x")
        yield b"x"

    assert (await ask("/chat/completions", alice_key, content=body()))[0] == 403
    assert read == []


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "status"),
    [
        (geoip.AT, geoip.NA, 403),
        ("10.0.0.1", geoip.AT, 403),
        ("10.0.0.1", f"{geoip.NA}, {geoip.AT}", 403),
        ("10.0.0.1", geoip.NA, 400),
        (geoip.NOBODYS, geoip.AT, 400),
    ],
)
async def test_only_our_own_proxy_is_believed(alice_key: str, peer: str, forwarded_for: str, status: int) -> None:
    assert (await ask("/chat/completions", alice_key, peer, x_forwarded_for=forwarded_for))[0] == status
