"""The API as a document and as a page."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import jsonschema
import pytest
from django.test import Client
from django.urls import reverse

from common.chat import ChatRequest
from config.asgi import application
from gateway.openapi.document import document
from gateway.openapi.examples import REQUESTS

DOCUMENT = document()


async def fetch(**headers: str) -> httpx2.Response:
    transport = httpx2.ASGITransport(application)
    async with httpx2.AsyncClient(transport=transport, base_url="http://testserver") as client:
        return await client.get("/v1/openapi.json", headers=headers)


def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}
    return jsonschema.Draft202012Validator(schema)


def examples() -> list[tuple[str, Any, Any]]:
    """(where, schema, value) of every example of an answer."""
    return [
        (f"{path} {status} {name}", kind["schema"], example["value"])
        for path, methods in DOCUMENT["paths"].items()
        for stated in methods.values()
        for status, response in stated["responses"].items()
        for medium, kind in response.get("content", {}).items()
        for name, example in kind.get("examples", {}).items()
        if medium == "application/json"
    ]


async def test_anybody_may_read_it() -> None:
    answer = await fetch()
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == json.loads(json.dumps(DOCUMENT))


async def test_who_has_it_need_not_fetch_it_again() -> None:
    etag = (await fetch()).headers["etag"]
    assert (await fetch(**{"if-none-match": etag})).status_code == 304


@pytest.mark.parametrize("name", list(DOCUMENT["components"]["schemas"]))
def test_its_schemas_are_schemas(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(DOCUMENT["components"]["schemas"][name])


@pytest.mark.parametrize("name", list(REQUESTS))
def test_its_requests_are_what_both_it_and_the_server_accept(name: str) -> None:
    ChatRequest.parse(REQUESTS[name]["value"])
    validator("ChatRequest").validate(REQUESTS[name]["value"])


@pytest.mark.parametrize(("where", "schema", "value"), examples(), ids=lambda value: str(value)[:60])
def test_its_answers_are_as_it_says(where: str, schema: dict[str, Any], value: Any) -> None:
    jsonschema.Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(value)


def test_the_page_shows_every_route_and_every_refusal(alice_client: Client) -> None:
    page = alice_client.get(reverse("api-reference")).content.decode()
    assert all(f"/v1{path}" in page for path in DOCUMENT["paths"])
    assert "Concurrency limit reached for requests" in page
    assert "messages[].content[].image_url.url" in page


def test_the_page_tells_what_an_answer_holds_and_how_a_stream_breaks_off(alice_client: Client) -> None:
    page = alice_client.get(reverse("api-reference")).content.decode()
    assert "choices[].message.reasoning_content" in page
    assert "usage.cost" in page
    assert "If the answer breaks off" in page


def test_the_page_tells_which_values_a_parameter_takes(alice_client: Client) -> None:
    page = alice_client.get(reverse("api-reference")).content.decode()
    assert "query · 1d, 1h" in page
    assert "query · list of project_id, user_id, api_key_id, model" in page


def test_the_pages_samples_name_the_project(alice_client: Client) -> None:
    page = alice_client.get(reverse("api-reference")).content.decode()
    assert "OpenAI-Project: alice/playground" in page
    assert "curl --fail-with-body http://testserver/v1/models/" in page
