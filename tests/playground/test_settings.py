"""The settings panel, of one lane and of all at once."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from inference_catalog.models import Model
from playground.models import Answer, Comparison, Lane
from tests.playground.conftest import OpenTab
from tests.playground.settings_panel import FUNCTION, SCHEMA


def save(client: Client, lane: Lane, **fields: Any) -> str:
    """What stands in the panel then; empty when it was saved."""
    page = client.post(f"/playground/lanes/{lane.pk}/settings", fields)
    lane.refresh_from_db()
    return page.content.decode()


def save_all(client: Client, comparison: Comparison, **fields: Any) -> list[dict[str, Any]]:
    response = client.post(f"/playground/{comparison.pk}/settings", fields)
    assert response.status_code == 204, response.content.decode()
    return [lane.settings for lane in comparison.lanes.open()]


def test_a_schema_and_functions_are_kept_in_the_openai_form(alice_client: Client, lane: Lane) -> None:
    fields = {"response_format": "json_schema", "schema": json.dumps(SCHEMA), "tools": json.dumps([FUNCTION])}
    assert save(alice_client, lane, **fields) == ""
    assert lane.settings == {
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA}},
        "tools": [{"type": "function", "function": FUNCTION}],
    }


def test_the_openai_forms_may_be_pasted_as_they_are(alice_client: Client, lane: Lane) -> None:
    named = {"name": "person", "strict": True, "schema": SCHEMA}
    tools = [{"type": "function", "function": FUNCTION}]
    for pasted in (named, {"type": "json_schema", "json_schema": named}):
        save(alice_client, lane, response_format="json_schema", schema=json.dumps(pasted), tools=json.dumps(tools))
        assert lane.settings["response_format"]["json_schema"] == named
        assert lane.settings["tools"] == tools


@pytest.mark.parametrize(
    ("schema", "sentence"),
    [
        ("", "A JSON schema is needed here."),
        ('{"type": "object",\n }', "Line 2, column 2: expecting property name"),
        ('{"type": "object"', "the text ends before the JSON does"),
        ("[1]", "$: a JSON schema is an object."),
        ('{"properties": {"age": {"type": "whole"}}}', "$.properties.age.type: &#x27;whole&#x27; is not"),
        ('{"name": "a person", "schema": {}}', "$.name: a name has 1 to 64 letters"),
        ('{"name": "person", "schema": {"type": 7}}', "$.schema.type: 7 is not"),
        ('{"minimum": NaN}', "NaN is not JSON."),
        ('{"minimum": 1e999}', "A number in it is too large."),
        ('{"const": "\\ud800"}', "half of a character"),
        ("[" * 50_000, "nested too deeply"),
        ("[" * 600 + "]" * 600, "nested too deeply"),
        ('{"type": ["null", 7]}', "$.type[1]: 7 is not one of"),
        ('{"required": ["a", 7, "b"]}', "$.required[1]: 7 is not of type"),
        ('{"dependencies": {"a": ["b", 7]}}', "$.dependencies.a[1]: 7 is not of type"),
        ('{"definitions": {"a": {"items": {"not": 7}}}}', "$.definitions.a.items.not: 7 is not of type"),
        ('{"unevaluatedProperties": {"minLength": -1}}', "$.unevaluatedProperties.minLength: -1 is less"),
        ('{"prefixItems": []}', "$.prefixItems: [] should be non-empty"),
        ('{"contentSchema": {"uniqueItems": 1}}', "$.contentSchema.uniqueItems: 1 is not of type"),
        ('{"anyOf": [' + "{}," * 5_000 + "{}]}", "It has more than 5,000 values."),
    ],
)
def test_a_mistake_in_a_schema_is_named_with_its_place(
    alice_client: Client, lane: Lane, schema: str, sentence: str
) -> None:
    page = save(alice_client, lane, response_format="json_schema", schema=schema, temperature="0.5")
    assert sentence in page
    assert lane.settings == {}
    assert 'value="0.5"' in page, "what was written elsewhere is still there"


@pytest.mark.parametrize(
    ("tools", "sentence"),
    [
        ('[{"description": "Nameless"}]', "$[0].name: a function needs a name"),
        ('[{"name": "get weather"}]', "$[0].name: a function needs a name"),
        ('{"name": "f", "parameters": {"type": "array"}}', "$.parameters.type: the arguments of a function"),
        ('[{"name": "f"}, {"name": "f"}]', "$[1]: there is a function called f already."),
        ('[{"type": "function", "function": {"name": "f", "parameters": {"required": 1}}}]', ".parameters.required: 1"),
        ('[{"type": "custom", "function": {"name": "f"}}]', "$[0].type: only"),
        ("7", "$: a list of functions is needed here."),
        ('["f"]', "$[0]: a function is an object with a name."),
        (json.dumps([FUNCTION | {"name": f"f{at}"} for at in range(800)]), "It has more than 5,000 values."),
    ],
)
def test_a_mistake_in_a_function_is_named_with_its_place(
    alice_client: Client, lane: Lane, tools: str, sentence: str
) -> None:
    assert sentence in save(alice_client, lane, tools=tools)
    assert lane.settings == {}


def test_what_the_panel_does_not_know_or_send_stays(alice_client: Client, lane: Lane) -> None:
    Lane.objects.filter(pk=lane.pk).update(settings={"logprobs": True, "seed": 1, "top_p": 0.5})
    save(alice_client, lane, temperature="0", seed="")
    assert lane.settings == {"logprobs": True, "temperature": 0.0, "top_p": 0.5}


def test_the_panel_shows_what_is_kept_and_marks_what_is_changed(alice_client: Client, lane: Lane) -> None:
    save(alice_client, lane, response_format="json_schema", schema=json.dumps(SCHEMA), temperature="0")
    page = alice_client.get(f"/playground/lanes/{lane.pk}/settings").content.decode()
    for name in ("temperature", "response_format"):
        assert f'data-setting="{name}" data-set' in page
    assert 'data-setting="top_p" data-set' not in page
    assert "&quot;integer&quot;" in page
    assert lane.customized == ["Temperature", "Response format"]


def test_a_save_that_changes_nothing_is_no_revision(alice_client: Client, lane: Lane) -> None:
    save(alice_client, lane, seed="7")
    revision = lane.revision
    save(alice_client, lane, seed="7")
    assert lane.revision == revision


def test_what_a_model_does_not_take_is_disabled_with_the_reason(
    alice_client: Client, lane: Lane, models: list[Model]
) -> None:
    Model.objects.filter(pk=models[0].pk).update(features=["json"], max_output=1000)
    Lane.objects.filter(pk=lane.pk).update(settings={"reasoning_effort": "low"})
    page = alice_client.get(f"/playground/lanes/{lane.pk}/settings").content.decode()
    assert "Llama 3.1 8B calls no functions." in page
    assert "Llama 3.1 8B does not reason." in page
    assert "Llama 3.1 8B does not keep to a JSON schema." in page
    assert '<option value="json_schema" disabled>' in page
    assert '<option value="json_object">' in page
    save(alice_client, lane, tools=json.dumps([FUNCTION]), reasoning_effort="high", seed="1")
    assert lane.settings == {"reasoning_effort": "low", "seed": 1}, "kept for the next model"
    assert "does not keep to a JSON schema" in save(alice_client, lane, response_format="json_schema", schema="{}")
    assert "puts out at most 1,000 tokens" in save(alice_client, lane, max_tokens="1001")


def test_only_what_is_changed_goes_to_all_lanes(alice_client: Client, comparison: Comparison) -> None:
    comparison.lanes.filter(letter="A").update(settings={"temperature": 0.5, "seed": 1})
    comparison.lanes.filter(letter="B").update(settings={"temperature": 1.5, "seed": 1}, system_prompt="Be brief.")
    page = alice_client.get(f"/playground/{comparison.pk}/settings").content.decode()
    assert 'data-setting="temperature" data-differs' in page
    assert 'data-setting="system_prompt" data-differs' in page
    assert 'data-setting="seed" data-set' in page
    assert save_all(alice_client, comparison, seed="2", top_p="0.9") == [
        {"temperature": 0.5, "seed": 2, "top_p": 0.9},
        {"temperature": 1.5, "seed": 2, "top_p": 0.9},
    ]
    assert comparison.lanes.get(letter="B").system_prompt == "Be brief."


def test_what_differs_is_reset_in_all_lanes(alice_client: Client, comparison: Comparison) -> None:
    comparison.lanes.filter(letter="A").update(
        settings={"temperature": 0.5, "response_format": {"type": "json_object"}}, is_traced=False
    )
    comparison.lanes.filter(letter="B").update(settings={"seed": 1})
    fields = {"reset": ["temperature"], "response_format": "text", "is_traced": "off"}
    assert save_all(alice_client, comparison, **fields) == [{}, {"seed": 1}]
    assert not comparison.lanes.filter(is_traced=True).exists()


def test_leaving_what_differs_alone_changes_nothing(alice_client: Client, comparison: Comparison) -> None:
    settings = {"response_format": {"type": "json_object"}, "reasoning_effort": "low", "stop": ["a"], "max_tokens": 5}
    comparison.lanes.filter(letter="A").update(settings=settings, is_traced=False)
    assert save_all(alice_client, comparison, is_traced="") == [settings, {}]
    assert [lane.is_traced for lane in comparison.lanes.all()] == [False, True]


def test_a_parameter_that_is_not_set_looks_so(alice_client: Client, lane: Lane, models: list[Model]) -> None:
    Model.objects.filter(pk=models[0].pk).update(max_output=1000)
    page = alice_client.get(f"/playground/lanes/{lane.pk}/settings").content.decode()
    slider = re.compile(
        r'value="([^"]*)" data-slider data-rest="[^"]*" aria-label="(.*?), slider" aria-valuetext="(.*?)"'
    )
    assert [(label, value, said) for value, label, said in slider.findall(page)] == [
        ("Temperature", "1.0", "default 1.0"),
        ("Max tokens", "1", "auto"),
        ("Top P", "1.0", "default 1.0"),
        ("Frequency penalty", "0.0", "default 0.0"),
        ("Presence penalty", "0.0", "default 0.0"),
        ("Trials", "1", "default 1"),
    ]


def test_an_answering_lane_keeps_what_was_written(alice_client: Client, comparison: Comparison, lane: Lane) -> None:
    message = lane.messages.create(role="assistant")
    Answer.objects.create(message=message, lane=lane, model="any", state="streaming")
    page = save(alice_client, lane, seed="3")
    assert "Lane A is still answering." in page
    assert 'value="3"' in page
    response = alice_client.post(f"/playground/{comparison.pk}/settings", {"is_traced": "on", "seed": "3"})
    assert "Lane A is still answering." in response.content.decode()
    assert not comparison.lanes.exclude(settings={}).exists()


def test_a_stranger_finds_no_settings(charlie_client: Client, comparison: Comparison) -> None:
    assert charlie_client.get(f"/playground/{comparison.pk}/settings").status_code == 404


@pytest.mark.django_db(transaction=True)
async def test_only_what_the_model_takes_is_sent(open_tab: OpenTab, lane: Lane, models: list[Model]) -> None:
    settings = {"tools": [{"type": "function", "function": FUNCTION}], "reasoning_effort": "low", "seed": 0}
    await Lane.objects.filter(pk=lane.pk).aupdate(settings=settings)
    await Model.objects.filter(pk=models[0].pk).aupdate(features=["json"])
    tab = await open_tab()
    await tab.send("Weather?", lanes=["A"])
    await tab.until_ended()
    answer = await Answer.objects.aget()
    assert answer.request is not None
    assert answer.request["body"]["seed"] == 0
    assert not {"tools", "reasoning_effort"} & set(answer.request["body"])


@pytest.mark.django_db(transaction=True)
async def test_functions_arrive_and_are_called(open_tab: OpenTab, lane: Lane) -> None:
    tools = [{"type": "function", "function": FUNCTION}]
    await Lane.objects.filter(pk=lane.pk).aupdate(settings={"tools": tools})
    tab = await open_tab()
    await tab.send("What is the weather?", lanes=["A"])
    await tab.until_ended()
    answer = await Answer.objects.aget()
    assert answer.request is not None
    assert answer.request["body"]["tools"] == tools
    assert answer.finish_reason == "tool_calls"
