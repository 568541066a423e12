"""Every refusal under /v1 is a JSON error object with its four members."""

from __future__ import annotations

import json

import pytest

from inference_catalog.models import Model
from tests.completions.stage import in_thread
from tests.gateway.asking import CHAT, HELLO, answer, ask

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("key", ["", "lineup-" + "0" * 64, "x" * 5000, "a b"])
async def test_a_bad_key_is_refused(alice_key: str, key: str) -> None:
    status, error = await ask("POST", CHAT, key=key, json=HELLO)
    assert (status, error["message"], error["code"]) == (401, "Invalid Authentication", "invalid_api_key")


@pytest.mark.parametrize("path", ["charlie/playground", "no/where", "x", "a/b/c"])
async def test_a_project_that_is_not_theirs_is_refused_like_a_bad_key(
    alice_key: str, charlie: object, path: str
) -> None:
    status, error = await ask("POST", CHAT, key=alice_key, headers={"openai-project": path}, json=HELLO)
    assert (status, error["code"]) == (401, "invalid_api_key")


async def test_an_unknown_model_is_named(alice_key: str) -> None:
    status, error = await ask("POST", CHAT, key=alice_key, json=HELLO)
    assert (status, error["code"], error["param"]) == (404, "model_not_found", "model")
    assert "`no/model`" in error["message"]


async def test_a_model_without_a_price_is_refused(alice_key: str) -> None:
    await in_thread(Model.objects.create)(model_id="un/priced", name="Unpriced")
    status, _ = await ask("POST", CHAT, key=alice_key, json={**HELLO, "model": "un/priced"})
    assert status == 404


async def test_a_body_over_the_limit_is_refused(alice_key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.bodies.MOST_BYTES", 1000)
    status, error = await ask("POST", CHAT, key=alice_key, content=b" " * 1001)
    assert (status, error["code"]) == (413, "payload_too_large")


async def test_a_retired_model_names_the_one_to_use_instead(alice_key: str) -> None:
    new = await in_thread(Model.objects.create)(model_id="new/model", name="New")
    await in_thread(Model.objects.create)(model_id="old/model", name="Old", status="retired", replacement=new)
    status, error = await ask("POST", CHAT, key=alice_key, json={**HELLO, "model": "old/model"})
    assert (status, error["message"]) == (404, "The model `old/model` was retired. Use `new/model` instead.")


async def test_a_key_in_a_wrong_place_does_not_come_back(alice_key: str) -> None:
    for path in (f"/{alice_key}", f"/models/{alice_key}"):
        status, error = await ask("GET", path, key=alice_key)
        assert (status, alice_key[:20] in error["message"]) == (404, False)


async def test_an_address_that_does_not_exist_is_no_page(alice_key: str) -> None:
    assert (await ask("POST", "/embeddings", key=alice_key))[0] == 404
    assert (await ask("GET", "/models/", key=alice_key))[0] == 404


async def test_a_method_that_is_not_taken_is_no_page(alice_key: str) -> None:
    status, error = await ask("DELETE", CHAT, key=alice_key)
    assert (status, error["code"]) == (405, "method_not_allowed")


@pytest.fixture
def crashing(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_: object) -> None:
        raise ZeroDivisionError("secret details")

    monkeypatch.setattr("common.chat.ChatRequest.parse", crash)


@pytest.mark.usefixtures("crashing")
async def test_a_crash_is_no_page(alice_key: str) -> None:
    status, error = await ask("POST", CHAT, key=alice_key, json=HELLO)
    assert (status, error["message"]) == (500, "The server had an error while processing your request")


@pytest.mark.usefixtures("crashing")
async def test_a_crash_is_found_in_the_log_by_its_id(alice_key: str, caplog: pytest.LogCaptureFixture) -> None:
    crashed = await answer("POST", CHAT, key=alice_key, json=HELLO)
    assert crashed.headers["x-request-id"] in caplog.text


@pytest.mark.parametrize("name", ["a\0b", "x" * 100_000])
async def test_a_name_that_no_model_can_have_is_not_found(alice_key: str, name: str) -> None:
    content = json.dumps({**HELLO, "model": name})
    status, error = await ask("POST", CHAT, key=alice_key, content=content)
    assert (status, error["code"]) == (404, "model_not_found")
