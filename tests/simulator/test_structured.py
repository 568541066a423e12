from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from tests.model_ids import R1
from tests.simulator.requests import content, post, refusal, says, stream, text_of
from tests.simulator.schema_strategies import documents
from tests.simulator.serving import Simulator

CHECKER = Draft202012Validator.FORMAT_CHECKER
QUESTION = says("Plan a weekend in Lisbon and Porto")
TREE = {
    "type": "object",
    "properties": {"value": {"type": "integer"}, "children": {"type": "array", "items": {"$ref": "#"}}},
    "required": ["value", "children"],
    "additionalProperties": False,
}
SHAPE = {
    "type": "object",
    "properties": {"kind": {"const": "circle"}, "radius": {"type": "number", "exclusiveMinimum": 0}},
    "required": ["kind", "radius"],
}
SQUARE = {
    **SHAPE,
    "properties": {"kind": {"const": "square"}, "side": {"type": "number"}},
    "required": ["kind", "side"],
}
NAMED = {"type": "object", "properties": {"name": {"type": "string", "minLength": 3}}, "required": ["name"]}
DATED = {"properties": {"on": {"type": "string", "format": "date"}, "name": {"maxLength": 9}}, "required": ["on"]}
LINKED: dict[str, Any] = {
    "$ref": "#/$defs/node",
    "$defs": {"node": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/full"}]}},
}
LINKED["$defs"]["full"] = {
    "type": "object",
    "properties": {"next": {"$ref": "#/$defs/node"}},
    "required": ["next"],
}
HARD: dict[str, Any] = {
    "a tree": TREE,
    "one of two shapes": {"oneOf": [SHAPE, SQUARE]},
    "all of two": {"allOf": [NAMED, DATED]},
    "a linked list": LINKED,
    "a tuple": {"type": "array", "prefixItems": [{"const": 1}, {"type": "string"}], "items": False, "minItems": 2},
    "unique items": {"type": "array", "items": {"enum": ["a", "b", "c"]}, "minItems": 3, "uniqueItems": True},
    "contains": {"type": "array", "contains": {"const": 7}, "minItems": 2},
    "a map": {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 2},
    "named members": {"type": "object", "propertyNames": {"pattern": "^[a-z]{3}$"}, "minProperties": 3},
    "members by pattern": {
        "type": "object",
        "patternProperties": {"^x-": {"type": "boolean"}},
        "additionalProperties": False,
        "minProperties": 1,
    },
    "one of two numbers": {"oneOf": [{"type": "number", "multipleOf": 5}, {"type": "number", "multipleOf": 3}]},
    "not": {"type": "string", "not": {"const": "never"}},
    "a choice": {
        "if": {"properties": {"a": {"const": 1}}},
        "then": {"required": ["b"]},
        "properties": {"a": {"const": 1}},
    },
    "a double negation of patterns": {"type": "string", "pattern": "^[^0-9]{3}$", "minLength": 3},
}


def wanted(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}


def answered(simulator: Simulator, schema: dict[str, Any], **more: Any) -> Any:
    return json.loads(text_of(simulator, messages=QUESTION, response_format=wanted(schema), **more))


def test_json_mode_gives_an_object(simulator: Simulator) -> None:
    made = json.loads(text_of(simulator, messages=QUESTION, response_format={"type": "json_object"}))
    assert made["simulated"] is True
    assert "Lisbon" in json.dumps(made)


@pytest.mark.parametrize("name", HARD)
def test_it_gives_instances_of(simulator: Simulator, name: str) -> None:
    for seed in range(5):
        made = answered(simulator, HARD[name], seed=seed)
        Draft202012Validator(HARD[name], format_checker=CHECKER).validate(made)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(schema=documents())
def test_it_gives_instances_of_any_schema(simulator: Simulator, schema: dict[str, Any]) -> None:
    Draft202012Validator(schema, format_checker=CHECKER).validate(answered(simulator, schema))


def test_it_fills_texts_with_words_of_the_prompt(simulator: Simulator) -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    assert answered(simulator, schema)["city"] in ("Plan", "Lisbon", "Porto")


def test_it_answers_alike_when_asked_alike(simulator: Simulator) -> None:
    assert answered(simulator, TREE, seed=3) == answered(simulator, TREE, seed=3)


def test_a_reasoning_model_streams_it_after_its_thoughts(simulator: Simulator) -> None:
    chunks = stream(simulator, model=R1, messages=QUESTION, response_format=wanted(TREE))
    Draft202012Validator(TREE).validate(json.loads(content(chunks)))
    assert content(chunks, member="reasoning_content")


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "sausage"},
        {"type": "string", "minLength": 3, "maxLength": 2},
        {"$ref": "https://example.com/schema"},
        {"$ref": "#/$defs/missing"},
        {"allOf": [{"const": 1}, {"const": 2}]},
        {"not": {}},
    ],
)
def test_it_refuses_what_has_no_instance(simulator: Simulator, schema: dict[str, Any]) -> None:
    status, error = refusal(simulator, response_format=wanted(schema))
    assert (status, error["param"]) == (400, "response_format.json_schema.schema")


def test_it_refuses_a_format_without_its_schema(simulator: Simulator) -> None:
    status, error = refusal(simulator, response_format={"type": "json_schema"})
    assert (status, error["param"]) == (400, "response_format.json_schema")


def test_plain_text_is_a_format_too(simulator: Simulator) -> None:
    assert post(simulator, response_format={"type": "text"})[0] == 200
