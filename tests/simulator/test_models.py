from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from openai import NotFoundError

from simulator.models import CATALOG
from tests.model_ids import LLAMA
from tests.simulator.requests import client, says, stream, text_of
from tests.simulator.serving import Simulator


def test_it_lists_the_six_models(simulator: Simulator) -> None:
    assert [model.id for model in client(simulator).models.list().data] == list(CATALOG)
    assert len(CATALOG) == 6


@pytest.mark.parametrize("model", CATALOG)
def test_it_shows_one_with_its_slash_encoded_or_not(simulator: Simulator, model: str) -> None:
    assert client(simulator).models.retrieve(model).id == model
    connection = http.client.HTTPConnection(simulator.host, simulator.port)
    for path in (model, quote(model, safe="")):
        connection.request("GET", f"/v1/models/{path}")
        assert json.loads(connection.getresponse().read())["id"] == model
    connection.close()


def test_it_does_not_show_what_it_does_not_have(simulator: Simulator) -> None:
    with pytest.raises(NotFoundError):
        client(simulator).models.retrieve("no/such")


def test_more_models_can_be_served(simulators: Callable[..., Simulator]) -> None:
    more = simulators("--model", "acme/tiny", "--model", "acme/big-reasoner", "--ttft", "0", "--tokens-per-second", "0")
    assert {"acme/tiny", "acme/big-reasoner"} < {model.id for model in client(more).models.list().data}
    assert "tiny" in text_of(more, model="acme/tiny", messages=says("What are tides?"))
    assert "reasoning_content" in stream(more, model="acme/big-reasoner")[1]["choices"][0]["delta"]


def test_every_model_can_be_served(simulators: Callable[..., Simulator]) -> None:
    anything = simulators("--any-model", "--ttft", "0", "--tokens-per-second", "0")
    assert "anything" in text_of(anything, model="some/anything", messages=says("What are tides?"))
    assert LLAMA in [model.id for model in client(anything).models.list().data]
