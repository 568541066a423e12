"""The page reads answers against their schemas in words of its own: they are compared with the server's."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from playwright.sync_api import Page

from playground.checking import verdict

READ = """async (cases) => {
  const worker = new Worker("/static/js/playground/structure-worker.js", { type: "module" });
  const found = await Promise.all(cases.map(([schema, pieces]) => new Promise((told) => {
    const { port1, port2 } = new MessageChannel();
    worker.postMessage(schema, [port2]);
    let left = pieces.length;
    port1.onmessage = ({ data }) => (left -= 1) || told(data);
    for (const piece of pieces) port1.postMessage(piece);
  })));
  worker.terminate();
  return found;
}"""


def read(page: Page, cases: list[tuple[Any, str]], size: int) -> list[dict[str, Any]]:
    """What the page knows of each text when it has come in pieces of this size."""
    pieces = [
        (json.dumps(schema), [text[at : at + size] for at in range(0, len(text), size)]) for schema, text in cases
    ]
    found: list[dict[str, Any]] = page.evaluate(READ, pieces)
    return found


@pytest.fixture
def at_home(signed_in_page: Page) -> Page:
    signed_in_page.goto("/playground")
    return signed_in_page


ITEMS = {"$defs": {"item": {"properties": {"price": {"type": "number"}}}}, "items": {"$ref": "#/$defs/item"}}
EITHER = {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]}
CLOSED = {"properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_a_certain_violation_is_said_before_the_text_ends(at_home: Page, size: int) -> None:
    cases = {
        "$[1].price: 'dear' is not of type 'number'": (ITEMS, '[{"price": 1}, {"price": "dear"},'),
        "$: 2 is greater than the maximum of 1": ({"maximum": 1}, "2 "),
        "$.a: 'b' is not one of ['a', None, True]": ({"properties": {"a": {"enum": ["a", None, True]}}}, '{"a": "b",'),
        '$: "it\'s" was expected': ({"const": "it's"}, '"its"'),
        "$: Additional properties are not allowed ('b' was unexpected)": (CLOSED, '{"a": "", "b"'),
        "$: 'a' is a required property": (CLOSED, "{}"),
        "$['x y']: 0 is not valid under any of the given schemas": ({"additionalProperties": EITHER}, '{"x y": 0,'),
        "$: 'abcde…' is too long": ({"maxLength": 4}, '"abcde'),
        "$: 'ab' does not match '^a$'": ({"pattern": "^a$"}, '"ab"'),
        "$: […] is too long": ({"maxItems": 2}, "[1, 2, 3,"),
        "$: {…} is not of type 'array'": ({"type": "array"}, '{"'),
        "$[0].a[2]: False is not of type 'null'": (
            {"items": {"allOf": [{"properties": {"a": {"prefixItems": [{}, {}], "items": {"type": "null"}}}}]}},
            '[{"a": [1, 2, false,',
        ),
    }
    cases = {said: case for said, case in cases.items() if size == 1 or "…' is" not in said}
    found = [judged["fault"] for judged in read(at_home, list(cases.values()), size)]
    assert [fault and f"{fault['path']}: {fault['message']}" for fault in found] == list(cases)


UNDECIDED: list[tuple[Any, str]] = [
    ({"maximum": 1}, "2"),
    ({"maxLength": 2}, '"\\ud83d\\ude00\\u00e9'),
    ({"oneOf": [{"type": "string"}, {"minLength": 1}]}, '"both"'),
    ({"not": {}}, "1 "),
    ({"$ref": "#"}, '{"a": 1}'),
    ({"$ref": "https://elsewhere.example/"}, "1 "),
    ({"enum": [{"a": 1}]}, '{"b": 2}'),
    ({"pattern": "\\Aa"}, '"b"'),
    ({"type": 5}, "1 "),
]


def test_what_is_not_certain_is_left_to_the_end(at_home: Page) -> None:
    found = read(at_home, UNDECIDED, 1)
    assert [judged.get("fault") for judged in found] == [None] * len(UNDECIDED)


@pytest.mark.parametrize("seed", range(3))
def test_the_page_never_says_what_the_server_denies(at_home: Page, seed: int) -> None:
    made = Made(seed)
    cases = [(made.schema(), json.dumps(made.value(), ensure_ascii=False) + " ") for _ in range(400)]
    found = read(at_home, cases, 7)
    early = [(case, judged["fault"]) for case, judged in zip(cases, found, strict=True) if judged.get("fault")]
    denied = [(case, fault) for case, fault in early if verdict(*case) is None]
    assert denied == []
    assert len(early) > 100


class Made:
    """Schemas and values by chance, alike enough that some fit."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def value(self, depth: int = 0) -> Any:
        kind = self.chance.random() if depth < 3 else 1
        if kind < 0.3:
            return {self.chance.choice("abc"): self.value(depth + 1) for _ in range(self.chance.randrange(4))}
        if kind < 0.5:
            return [self.value(depth + 1) for _ in range(self.chance.randrange(4))]
        return self.chance.choice([None, True, False, 0, 1, 1.0, 2.5, 2**53 + 1, "", "a", "aé", "\n", "😀'\\"])

    def schema(self, depth: int = 0) -> Any:
        if depth > 2:
            return self.chance.choice([True, False, {"type": "string"}, {"type": ["integer", "null"]}])
        return {name: self.keyword(name, depth + 1) for name in self.chance.sample(KEYWORDS, 3)}

    def keyword(self, name: str, depth: int) -> Any:
        if name == "type":
            return self.chance.choice(["object", "array", "string", "number", ["integer", "object"]])
        if name in ("enum", "required"):
            return [self.value(2) for _ in range(3)] if name == "enum" else self.chance.sample("abc", 1)
        if name == "properties":
            return {key: self.schema(depth) for key in self.chance.sample("abc", 2)}
        if name in ("anyOf", "oneOf", "allOf", "prefixItems"):
            return [self.schema(depth), self.schema(depth)]
        if name in ("items", "additionalProperties"):
            return self.schema(depth)
        return self.value(3) if name == "const" else self.chance.randrange(4)


KEYWORDS = [
    "type", "type", "enum", "const", "required", "properties", "properties", "additionalProperties", "items", "items",
    "prefixItems", "anyOf", "oneOf", "allOf", "minimum", "exclusiveMaximum", "minLength", "maxLength", "minItems",
    "maxItems", "minProperties", "maxProperties",
]  # fmt: skip
