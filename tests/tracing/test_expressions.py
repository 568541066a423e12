"""Conditions of the query language mean in the database what they mean in Python, whatever they are and look into."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Project
from tests.tracing.evaluator import OPERATORS, matches
from tracing import json_text
from tracing.call_fields import CallFields
from tracing.errors import Invalid
from tracing.expressions import condition
from tracing.models import Call
from tracing.visits import Space

NAMES = st.sampled_from(["a", "0", "é %'$["])
TEXTS = st.sampled_from(
    ["", "a", "A", "b", "Ä", "1", "1.5", "-2", "1\n", "1e2", "0x1", "true", "null", "%", "a'b", '"', "\n", "🍩"]
)
NUMBERS = st.integers(-100, 100) | st.sampled_from([0.5, -1.25, 1e20, 1e-7, 2**53])
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=8
)
#: Most of them lead somewhere in most documents.
PATHS = st.one_of(NAMES.map(lambda name: [name]), st.lists(NAMES, min_size=2, max_size=3))
DOCUMENTS = st.fixed_dictionaries({"a": VALUES}, optional={"0": VALUES, "é %'$[": VALUES})
FIELDS = PATHS.map(lambda path: {"$getField": ".".join(["inputs", *path])})
LITERALS = SCALARS.map(lambda value: {"$literal": value})
PARTS = TEXTS.filter(bool).map(lambda text: {"$literal": text})


def comparison(name: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(FIELDS, LITERALS).map(lambda pair: {name: list(pair)})


CONTAINS = st.fixed_dictionaries({"input": FIELDS, "substr": PARTS, "case_insensitive": st.booleans()})
LEAVES = (
    st.one_of([comparison(name) for name in OPERATORS])
    | st.tuples(FIELDS, st.lists(LITERALS, min_size=1, max_size=3)).map(lambda pair: {"$in": list(pair)})
    | CONTAINS.map(lambda spec: {"$contains": spec})
)
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"$and": parts})
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"$or": parts})
        | inner.map(lambda part: {"$not": [part]})
    ),
    max_leaves=5,
)


@pytest.fixture
def space(project: Project) -> Space:
    return Space(project.pk, "alice/playground", 0)


def found(space: Space, expression: dict[str, Any]) -> set[str]:
    calls = Call.objects.filter(condition(expression, CallFields(space)), project=space.project_id)
    return set(calls.values_list("call_id", flat=True))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents=st.lists(DOCUMENTS, min_size=1, max_size=5), expression=EXPRESSIONS)
def test_the_database_finds_what_python_finds(
    space: Space, documents: list[dict[str, Any]], expression: dict[str, Any]
) -> None:
    Call.objects.filter(project=space.project_id).delete()
    Call.objects.bulk_create(
        Call(project_id=space.project_id, call_id=str(number), inputs=json_text.dump(document))
        for number, document in enumerate(documents)
    )
    expected = {str(number) for number, document in enumerate(documents) if matches(expression, document)}
    assert found(space, expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        {},
        {"$eq": []},
        {"$eq": [{"$getField": "inputs.a"}, {"$literal": {"a": 1}}]},
        {"$where": "1=1"},
        {"$eq": [{"$getField": "password"}, {"$literal": "x"}]},
        {"$eq": [{"$getField": 'inputs."; DROP TABLE'}, {"$literal": "x"}]},
        {"$gt": [{"$getField": "started_at"}, {"$literal": "soon"}]},
        {"$not": "x"},
        {"$and": []},
    ],
    ids=str,
)
def test_what_is_not_understood_is_refused(space: Space, expression: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        found(space, expression)


def test_a_condition_cannot_be_nested_without_end(space: Space) -> None:
    expression: dict[str, Any] = {"$eq": [{"$getField": "id"}, {"$literal": "1"}]}
    for _ in range(100):
        expression = {"$not": [expression]}
    with pytest.raises(Invalid, match="deep"):
        found(space, expression)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ({"$gt": [{"$convert": {"input": {"$getField": "inputs.n"}, "to": "double"}}, {"$literal": "5"}]}, {"1"}),
        ({"$eq": [{"$convert": {"input": {"$getField": "inputs.n"}, "to": "string"}}, {"$literal": 10}]}, {"1"}),
        ({"$eq": [{"$convert": {"input": {"$getField": "inputs.m"}, "to": "exists"}}, {"$literal": True}]}, {"0"}),
        ({"$lt": [{"$getField": "inputs.n"}, {"$getField": "inputs.m"}]}, {"0"}),
        ({"$lt": [{"$literal": 5}, {"$getField": "inputs.n"}]}, {"1"}),
        ({"$eq": [{"$literal": "1"}, {"$literal": "1"}]}, {"0", "1"}),
    ],
)
def test_conversions_and_two_fields(space: Space, expression: dict[str, Any], expected: set[str]) -> None:
    for number, inputs in enumerate([{"n": 2, "m": 10}, {"n": "10"}]):
        Call.objects.create(project_id=space.project_id, call_id=str(number), inputs=json_text.dump(inputs))
    assert found(space, expression) == expected
