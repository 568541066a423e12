from __future__ import annotations

import json
from typing import Any

from jsonschema import validate
from openai import OpenAI

from simulator.tokenizer import count
from tests.model_ids import LLAMA
from tests.simulator.requests import client, post, refusal, says, stream
from tests.simulator.serving import Simulator

PLACE = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "unit": {"enum": ["C", "F"]}},
    "required": ["city", "unit"],
    "additionalProperties": False,
}
SUM = {"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "number"}}, "required": ["a", "b"]}


def tool(name: str, description: str, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


WEATHER = tool("get_weather", "Current weather of a city", PLACE)
CALCULATOR = tool("add_numbers", "Adds two numbers", SUM)
TOOLS = [CALCULATOR, WEATHER]
QUESTION = says("What is the weather in Reykjavik?")


def calls(simulator: Simulator, **body: Any) -> list[dict[str, Any]]:
    choice = post(simulator, **{"messages": QUESTION, "tools": TOOLS} | body)[2]["choices"][0]
    made: list[dict[str, Any]] = choice["message"].get("tool_calls") or []
    assert choice["finish_reason"] == ("tool_calls" if made else "stop")
    return made


def test_it_calls_the_function_that_fits_with_valid_arguments(simulator: Simulator) -> None:
    (call,) = calls(simulator)
    assert call["type"] == "function"
    assert call["id"].startswith("call_")
    assert call["function"]["name"] == "get_weather"
    arguments = json.loads(call["function"]["arguments"])
    validate(arguments, PLACE)
    assert arguments["city"] == "Reykjavik"


def test_it_calls_nothing_when_it_may_not(simulator: Simulator) -> None:
    assert calls(simulator, tool_choice="none") == []


def test_it_calls_something_when_it_must(simulator: Simulator) -> None:
    after = [*QUESTION, {"role": "tool", "tool_call_id": "call_1", "content": "4 °C"}]
    assert calls(simulator, messages=after, tool_choice="required")


def test_it_calls_the_function_that_is_named(simulator: Simulator) -> None:
    named = {"type": "function", "function": {"name": "add_numbers"}}
    (call,) = calls(simulator, tool_choice=named)
    assert call["function"]["name"] == "add_numbers"
    validate(json.loads(call["function"]["arguments"]), SUM)


def test_it_refuses_a_name_that_is_not_among_the_tools(simulator: Simulator) -> None:
    status, error = refusal(simulator, tools=TOOLS, tool_choice={"type": "function", "function": {"name": "fly"}})
    assert (status, error["param"]) == (400, "tool_choice")


def test_it_refuses_a_choice_without_tools(simulator: Simulator) -> None:
    status, error = refusal(simulator, tool_choice="required")
    assert (status, error["param"]) == (400, "tool_choice")


def test_it_refuses_parameters_that_are_no_schema(simulator: Simulator) -> None:
    status, error = refusal(simulator, tools=[tool("odd", "odd", {"type": "sausage"})])
    assert (status, error["param"]) == (400, "tools[0].function.parameters")


def test_it_calls_several_functions_unless_told_not_to(simulator: Simulator) -> None:
    both = says("Add the numbers of rainy days to the weather of the city")
    assert {call["function"]["name"] for call in calls(simulator, messages=both)} == {"get_weather", "add_numbers"}
    assert len(calls(simulator, messages=both, parallel_tool_calls=False)) == 1


def test_a_function_may_take_nothing(simulator: Simulator) -> None:
    (call,) = calls(simulator, tools=[{"type": "function", "function": {"name": "now"}}])
    assert json.loads(call["function"]["arguments"]) == {}


def test_parallel_calls_are_streamed_in_turns(simulator: Simulator) -> None:
    chunks = stream(simulator, messages=QUESTION, tools=TOOLS, simulate={"calls": 2})
    deltas = [chunk["choices"][0]["delta"]["tool_calls"][0] for chunk in chunks[1:-1]]
    fragments = [delta["index"] for delta in deltas if "id" not in delta]
    assert fragments[:4] == [0, 1, 0, 1]
    assert [delta["function"]["arguments"] for delta in deltas if "id" in delta] == ["", ""]
    for index in (0, 1):
        whole = "".join(delta["function"]["arguments"] for delta in deltas if delta["index"] == index)
        validate(json.loads(whole), PLACE)
    assert chunks[-1]["choices"][0]["finish_reason"] == "tool_calls"


def test_calls_are_counted_as_output(simulator: Simulator) -> None:
    answer = post(simulator, messages=QUESTION, tools=TOOLS)[2]
    function = answer["choices"][0]["message"]["tool_calls"][0]["function"]
    assert answer["usage"]["completion_tokens"] == count(function["name"]) + count(function["arguments"])


def test_after_a_result_it_answers_with_it(simulator: Simulator) -> None:
    asking: OpenAI = client(simulator)
    (call,) = calls(simulator)
    messages: list[Any] = [
        *QUESTION,
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": call["id"], "content": '{"temperature": 4, "sky": "drizzle"}'},
    ]
    answer = asking.chat.completions.create(model=LLAMA, messages=messages, tools=TOOLS)  # type: ignore[arg-type]
    assert "drizzle" in (answer.choices[0].message.content or "")
    assert answer.choices[0].message.tool_calls is None
