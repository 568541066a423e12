"""The addresses under /v1: methods, models with a slash in their ID, and pages of other origins."""

from __future__ import annotations

import pytest

from tests.completions.stage import in_thread, priced
from tests.gateway.asking import CHAT, answer, ask

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", CHAT, {"POST"}),
        ("DELETE", "/models", {"GET", "HEAD"}),
        ("POST", "/models/a/b", {"GET", "HEAD"}),
        ("BREW", CHAT, {"POST"}),
        ("PUT", "/openapi.json", {"GET", "HEAD"}),
    ],
)
async def test_a_wrong_method_hears_the_right_ones(method: str, path: str, allowed: set[str]) -> None:
    refused = await answer(method, path)
    assert (refused.status_code, refused.json()["error"]["code"]) == (405, "method_not_allowed")
    assert set(refused.headers["allow"].split(", ")) == allowed


async def test_who_asks_for_the_methods_hears_them() -> None:
    asked = await answer("OPTIONS", "/models")
    assert (asked.status_code, asked.content) == (204, b"")
    assert set(asked.headers["allow"].split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize("path", ["/models/maker/name", "/models/maker%2Fname", "/models/maker%2fname"])
async def test_a_models_slash_may_be_encoded_or_not(alice_key: str, path: str) -> None:
    await in_thread(priced)("maker/name")
    assert (await answer("GET", path, key=alice_key)).json()["id"] == "maker/name"


@pytest.mark.parametrize("path", ["/models", "/models/maker/name", "/organization/costs?start_time=0"])
async def test_every_answer_has_an_id(alice_key: str, path: str) -> None:
    await in_thread(priced)("maker/name")
    found = await answer("GET", path, key=alice_key)
    assert (found.status_code, len(found.headers["x-request-id"])) == (200, 36)


async def test_its_head_is_what_the_answer_would_be(alice_key: str) -> None:
    head = await answer("HEAD", "/models", key=alice_key)
    assert (head.status_code, head.headers["content-type"]) == (200, "application/json")


@pytest.mark.parametrize("path", ["", "/", "/chat", "/chat/completions/", "/embeddings"])
async def test_anything_else_is_not_there(path: str) -> None:
    status, error = await ask("GET", path)
    assert (status, error["code"]) == (404, "unknown_url")


async def test_a_page_of_another_origin_may_ask_with_a_key() -> None:
    asking = {"origin": "https://other.example", "access-control-request-method": "POST"}
    wanted = "authorization, content-type, openai-project, x-stainless-lang"
    may = await answer("OPTIONS", CHAT, headers={**asking, "access-control-request-headers": wanted})
    assert (may.status_code, may.headers["access-control-allow-origin"]) == (204, "*")
    assert may.headers["access-control-allow-headers"] == wanted
    assert "access-control-allow-credentials" not in may.headers


async def test_a_page_of_another_origin_may_read_refusals() -> None:
    refused = await answer("GET", "/models", headers={"origin": "https://other.example"})
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, "*")
    assert "x-request-id" in refused.headers["access-control-expose-headers"]
