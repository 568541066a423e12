"""A traced call opens in the Playground as it was asked, zero values included."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Project, User
from inference_catalog.models import Model
from playground.models import Comparison, Lane
from tests.tracing.pages.conftest import Log, log, space
from tracing.visits import Space

__all__ = ["log", "space"]

MESSAGES = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Why?"},
    {"role": "assistant", "content": "Because."},
    {
        "role": "user",
        "content": [{"type": "text", "text": "Really?"}, {"type": "image_url", "image_url": {"url": "x"}}],
    },
]
ANSWER = {"choices": [{"message": {"role": "assistant", "content": "Yes."}}]}


@pytest.fixture
def model(db: None) -> Model:
    return Model.objects.create(model_id="maker/model", name="A model")


def opened(client: Client, log: Log, **inputs: Any) -> Lane:
    log("one", op_name="chat", inputs={"model": "maker/model", "messages": MESSAGES} | inputs, output=ANSWER)
    answer = client.post("/playground/from-call", {"project": "alice/playground", "call": "one"})
    assert answer.status_code == 302
    comparison = Comparison.objects.get()
    assert answer.headers["Location"] == f"/playground/{comparison.pk}"
    return comparison.lanes.get()


def test_messages_model_and_settings_come_over(alice_client: Client, log: Log, model: Model) -> None:
    lane = opened(alice_client, log, temperature=0.7, max_tokens=50, stop=["a", "b"])
    assert (lane.model, lane.system_prompt) == (model, "Be brief.")
    assert lane.settings == {"temperature": 0.7, "max_tokens": 50, "stop": ["a", "b"]}
    assert [(message.role, message.text) for message in lane.messages.all()] == [
        ("user", "Why?"),
        ("assistant", "Because."),
        ("user", "Really?"),
        ("assistant", "Yes."),
    ]
    assert lane.comparison.title == "Really?"


def test_zero_is_a_value(alice_client: Client, log: Log, model: Model) -> None:
    lane = opened(alice_client, log, temperature=0, top_p=0, frequency_penalty=0, presence_penalty=0, seed=0)
    assert lane.settings == {"temperature": 0, "top_p": 0, "frequency_penalty": 0, "presence_penalty": 0, "seed": 0}


def test_null_is_none(alice_client: Client, log: Log, model: Model) -> None:
    assert opened(alice_client, log, temperature=None, stop=None).settings == {}


def test_what_a_lane_does_not_take_is_left_out_and_said(alice_client: Client, log: Log, model: Model) -> None:
    lane = opened(alice_client, log, temperature=9, tools=[{"type": "function"}], max_completion_tokens=7)
    assert lane.settings == {"max_tokens": 7}
    page = alice_client.get(f"/playground/{lane.comparison_id}").content.decode()
    assert "left out: temperature, tools." in page


def test_of_a_schema_that_cannot_be_used_no_half_is_kept(alice_client: Client, log: Log, model: Model) -> None:
    schema = {"type": "object", "properties": {"a": {"items": [{"type": "string"}]}}}
    wanted = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
    lane = opened(alice_client, log, response_format=wanted, max_tokens=7)
    assert lane.settings == {"max_tokens": 7}
    page = alice_client.get(f"/playground/{lane.comparison_id}").content.decode()
    assert "left out: response_format." in page


def test_another_model_stands_in_for_one_that_is_not_here(alice_client: Client, log: Log, model: Model) -> None:
    lane = opened(alice_client, log, model="nobody/knows")
    assert lane.model == model
    assert "no model called “nobody/knows”" in alice_client.get(f"/playground/{lane.comparison_id}").content.decode()


@pytest.mark.parametrize("field", ["project", "call"])
def test_an_address_with_a_nul_is_nobodys(alice_client: Client, log: Log, model: Model, field: str) -> None:
    data = {"project": "alice/playground", "call": "one", field: "a\0b/c"}
    assert alice_client.post("/playground/from-call", data).status_code == 404


def test_a_number_that_no_setting_holds_is_left_out(alice_client: Client, log: Log, model: Model) -> None:
    lane = opened(alice_client, log, model="maker/model", messages=MESSAGES, temperature=10**400)
    assert lane.settings == {}


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        {"messages": []},
        {"messages": "hi"},
        {"messages": [{"role": "pirate"}]},
        {"messages": [7]},
        {"question": "?"},
    ],
)
def test_a_call_of_another_shape_is_no_chat(
    alice_client: Client, log: Log, model: Model, inputs: dict[str, Any]
) -> None:
    log("one", inputs=inputs)
    answer = alice_client.post("/playground/from-call", {"project": "alice/playground", "call": "one"})
    assert answer.status_code == 404
    assert "Open in Playground" not in alice_client.get("/alice/playground/weave/calls/one").content.decode()


def test_to_a_stranger_the_call_does_not_exist(
    charlie_client: Client, charlie: User, log: Log, model: Model, space: Space, project: Project
) -> None:
    log("one", inputs={"model": "maker/model", "messages": MESSAGES})
    answer = charlie_client.post("/playground/from-call", {"project": "alice/playground", "call": "one"})
    assert answer.status_code == 404
    assert not Comparison.objects.exists()


CALL = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Oslo"}'}}
CONVERSATION = [
    {"role": "user", "content": "What is the weather in Oslo?"},
    {"role": "assistant", "content": None, "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "call_1", "content": "12 degrees"},
]


def test_calls_of_tools_come_over_with_their_results(alice_client: Client, log: Log, model: Model) -> None:
    again = {"choices": [{"message": {"role": "assistant", "tool_calls": [{**CALL, "id": "call_2"}]}}]}
    log("two", op_name="chat", inputs={"model": "maker/model", "messages": CONVERSATION}, output=again)
    alice_client.post("/playground/from-call", {"project": "alice/playground", "call": "two"})
    _, called, waits = Comparison.objects.get().lanes.get().messages.all()
    assert [(call.id, call.arguments, call.result) for call in called.calls] == [
        ("call_1", '{"city": "Oslo"}', "12 degrees")
    ]
    assert [(call.id, call.is_open) for call in waits.calls] == [("call_2", True)]
    page = alice_client.get(f"/playground/{waits.lane.comparison_id}").content.decode()
    assert "are left out" not in page
    assert 'data-call-state="given"' in page
    assert 'data-call-state="open"' in page


def test_a_result_that_nobody_asked_for_is_left_out_and_said(alice_client: Client, log: Log, model: Model) -> None:
    lane = opened(alice_client, log, messages=[CONVERSATION[0], CONVERSATION[2]])
    assert [message.role for message in lane.messages.all()] == ["user", "assistant"]
    page = alice_client.get(f"/playground/{lane.comparison_id}").content.decode()
    assert "results of tools that nobody called, are left out" in page


@pytest.mark.parametrize(
    "calls",
    [
        7,
        [7],
        [{"function": 7}],
        [{"function": {"name": 7}}],
        [{"function": {"name": ""}}],
        [{"id": [], "function": {}}],
    ],
)
def test_what_only_looks_like_calls_is_none(alice_client: Client, log: Log, model: Model, calls: Any) -> None:
    lane = opened(alice_client, log, messages=[{"role": "assistant", "content": "Hm.", "tool_calls": calls}])
    assert [message.tool_calls for message in lane.messages.all()] == [[], []]
