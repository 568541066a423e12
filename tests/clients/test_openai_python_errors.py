"""Which of its exceptions OpenAI's Python client raises, and what its user reads in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openai
import pytest

from tests.conftest import Serve
from tests.model_ids import PHI
from tests.simulator.serving import Simulator

ASK: Any = [{"role": "user", "content": "Hello"}]


@pytest.fixture
def client(base_url: str, key: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=base_url, api_key=key, max_retries=0) as client:
        yield client


def create(client: openai.OpenAI, **more: Any) -> Any:
    return client.chat.completions.create(**{"model": PHI, "messages": ASK, **more})


def test_a_bad_key(base_url: str) -> None:
    with (
        openai.OpenAI(base_url=base_url, api_key="lineup-of-somebody") as stranger,
        pytest.raises(openai.AuthenticationError) as raised,
    ):
        create(stranger)
    error = raised.value
    assert (error.type, error.code, error.param) == ("invalid_request_error", "invalid_api_key", None)
    assert error.request_id
    assert "lineup-of-somebody" not in str(error)


def test_an_unknown_model(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as raised:
        create(client, model="no/such-model")
    assert (raised.value.code, raised.value.param) == ("model_not_found", "model")


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "nobody", "content": ""}]}, "messages[0].role"),
        ({"n": "two"}, "n"),
        ({"max_tokens": -1}, "max_tokens"),
    ],
    ids=str,
)
def test_a_bad_parameter_is_named(client: openai.OpenAI, wrong: dict[str, Any], param: str) -> None:
    with pytest.raises(openai.BadRequestError) as raised:
        create(client, **wrong)
    assert raised.value.param == param


def test_a_provider_that_is_down(client: openai.OpenAI) -> None:
    with pytest.raises(openai.InternalServerError, match="currently overloaded") as raised:
        create(client, extra_body={"simulate": {"status": 502}})
    assert (raised.value.status_code, raised.value.type) == (503, "service_unavailable_error")


def test_what_the_provider_finds_wrong_with_the_request(client: openai.OpenAI) -> None:
    with pytest.raises(openai.UnprocessableEntityError, match="No such tool"):
        create(client, extra_body={"simulate": {"status": 422, "message": "No such tool"}})


def test_a_stream_that_breaks_off_raises_after_what_was_delivered(client: openai.OpenAI) -> None:
    read: list[str] = []
    with pytest.raises(openai.APIError, match="currently overloaded") as raised:
        for chunk in create(client, stream=True, extra_body={"simulate": {"cut_after": 4}}):
            read += [chunk.choices[0].delta.content or ""]
    assert raised.value.code == "server_is_overloaded"
    assert sum(map(bool, read)) == 4


def test_too_many_at_once_is_retried_until_there_is_room(serve: Serve, simulator: Simulator) -> None:
    lineup = serve(CONCURRENCY_PER_USER="1")
    with openai.OpenAI(base_url=f"{lineup.url}/v1", api_key=lineup.key()) as client:
        running = create(client, stream=True, extra_body={"simulate": {"stall_after": 1}})
        next(iter(running))
        with pytest.raises(openai.RateLimitError, match="Concurrency limit reached for requests") as raised:
            create(client.with_options(max_retries=1))
        assert float(raised.value.response.headers["retry-after"]) >= 0
        running.close()
        simulator.settled()
        assert create(client).choices


def test_no_credits_is_not_retried(serve: Serve, simulator: Simulator) -> None:
    lineup = serve()
    lineup.manage("shell", "-c", "from billing.models import Account; Account.objects.update(settled=0)")
    with openai.OpenAI(base_url=f"{lineup.url}/v1", api_key=lineup.key()) as client:
        with pytest.raises(openai.RateLimitError, match="You exceeded your current quota") as raised:
            create(client)
        assert raised.value.code == "insufficient_quota"
        assert raised.value.response.request.headers["x-stainless-retry-count"] == "0"
    assert simulator.ledger()["totals"]["requests"] == 0
