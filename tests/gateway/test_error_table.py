"""The error table of the service, row by row, as OpenAI's own client raises it; and the order in which rows apply."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import openai
import pytest
from django.test import override_settings

from accounts import authentication
from accounts.models import Project, User
from billing import terms
from billing.grants import grant
from completions import routes
from config.asgi import application
from inference_catalog.models import Model
from tests.billing.wishes import take_all_credits
from tests.completions.stage import in_thread, priced
from tests.completions.stage import serve as serve_model

pytestmark = pytest.mark.django_db(transaction=True)
AUTHENTICATION = "Invalid Authentication"
COUNTRY = "Country, region, or territory not supported"
CONCURRENCY = "Concurrency limit reached for requests"
QUOTA = "You exceeded your current quota, please check your plan and billing details"
SHORTAGE = (
    "the credits leave too little for this request; an admin of the organization can upgrade its plan at"
    " http://127.0.0.1:8000/billing/plans"
)
FAULT = "The server had an error while processing your request"
OVERLOADED = "The engine is currently overloaded, please try again later"
BLOCKING = {"BLOCKED_COUNTRIES": ["KP"], "COUNTRY_HEADER": "x-country", "TRUSTED_PROXIES": ["127.0.0.1"]}


@pytest.fixture
def model(simulator_url: str, project: Project) -> Model:
    """Served by the simulator; its caller has money for it."""
    routes.forget()
    terms.forget()
    model = priced("maker/model")
    serve_model(model, "simulator", simulator_url, kind="simulator")
    grant(project.team.organization, 10**15)
    return model


@pytest.fixture
async def client(alice_key: str, model: Model) -> AsyncIterator[openai.AsyncOpenAI]:
    transport = httpx2.ASGITransport(application, raise_app_exceptions=False)
    http = httpx2.AsyncClient(transport=transport)
    async with openai.AsyncOpenAI(
        base_url="http://testserver/v1", api_key=alice_key, http_client=http, max_retries=0
    ) as client:
        yield client


async def refusal(client: openai.AsyncOpenAI, kind: type[openai.APIStatusError], **asked: Any) -> openai.APIStatusError:
    """Of this very kind."""
    hello: Any = {"model": "maker/model", "messages": [{"role": "user", "content": "Hello"}], **asked}
    with pytest.raises(openai.APIStatusError) as raised:
        await client.chat.completions.create(**hello)
    assert type(raised.value) is kind
    assert isinstance(raised.value.body, dict)
    assert set(raised.value.body) == {"message", "type", "param", "code"}
    return raised.value


def row(error: openai.APIStatusError) -> tuple[int, str]:
    body: Any = error.body
    return error.status_code, body["message"]


@in_thread
def without_credits() -> None:
    take_all_credits()


@in_thread
def without_slots() -> None:
    User.objects.update(concurrency=0)
    authentication.forget_all()


async def test_401_for_a_bad_key_and_the_same_for_a_foreign_project(client: openai.AsyncOpenAI, charlie: User) -> None:
    bad = await refusal(client.with_options(api_key="lineup-0"), openai.AuthenticationError)
    foreign = await refusal(client.with_options(project="charlie/playground"), openai.AuthenticationError)
    assert row(bad) == (401, AUTHENTICATION)
    assert foreign.body == bad.body
    assert foreign.response.headers["www-authenticate"] == "Bearer"


async def test_403_for_a_country(client: openai.AsyncOpenAI) -> None:
    with override_settings(**BLOCKING):
        error = await refusal(client, openai.PermissionDeniedError, extra_headers={"x-country": "KP"})
    assert row(error) == (403, COUNTRY)


async def test_429_for_too_many_at_once_says_when_to_come_back(client: openai.AsyncOpenAI) -> None:
    await without_slots()
    error = await refusal(client, openai.RateLimitError)
    assert row(error) == (429, CONCURRENCY)
    assert error.response.headers["retry-after"] == "1"
    assert int(error.response.headers["retry-after-ms"]) <= 1000
    assert "x-should-retry" not in error.response.headers


async def test_429_for_credits_says_not_to_come_back(client: openai.AsyncOpenAI) -> None:
    await without_credits()
    error = await refusal(client, openai.RateLimitError)
    assert row(error) == (429, f"{QUOTA}: {SHORTAGE}")
    assert error.response.headers["x-should-retry"] == "false"
    assert "retry-after" not in error.response.headers


async def test_500_for_a_crash_tells_nothing_of_it(client: openai.AsyncOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_: object) -> None:
        raise ZeroDivisionError("secret details")

    monkeypatch.setattr("common.chat.ChatRequest.parse", crash)
    error = await refusal(client, openai.InternalServerError)
    assert row(error) == (500, FAULT)
    assert "secret details" not in error.response.text


async def test_503_where_nobody_serves_the_model(client: openai.AsyncOpenAI) -> None:
    await in_thread(priced)("maker/unserved")
    error = await refusal(client, openai.InternalServerError, model="maker/unserved")
    assert row(error) == (503, OVERLOADED)
    assert (error.response.headers["retry-after"], error.response.headers["retry-after-ms"]) == ("1", "1000")


WRONG: list[tuple[str, Callable[[openai.AsyncOpenAI], openai.AsyncOpenAI] | None, dict[str, Any]]] = [
    (AUTHENTICATION, lambda client: client.with_options(api_key="lineup-0"), {}),
    (AUTHENTICATION, lambda client: client.with_options(project="charlie/playground"), {}),
    (COUNTRY, None, {"extra_headers": {"x-country": "KP"}}),
    ("'n' must be between 1 and 128.", None, {"n": 10_000}),
    ("The model `no/model` does not exist or you do not have access to it.", None, {"model": "no/model"}),
    (f"{QUOTA}: {SHORTAGE}", None, {}),
]


@pytest.mark.parametrize("first", range(len(WRONG)), ids=lambda first: WRONG[first][0][:30])
async def test_of_all_that_is_wrong_the_first_is_told(client: openai.AsyncOpenAI, charlie: User, first: int) -> None:
    """Key, project, country, body, model, credits, concurrency: what comes before `first` is right, the rest is not."""
    await without_credits()
    await without_slots()
    asked: dict[str, Any] = {}
    for _, change, more in WRONG[first:]:
        client = change(client) if change else client
        asked |= more
    with override_settings(**BLOCKING), pytest.raises(openai.APIStatusError) as raised:
        await client.chat.completions.create(
            **{"model": "maker/model", "messages": [{"role": "user", "content": "Hello"}], **asked}
        )
    assert row(raised.value)[1] == WRONG[first][0]
