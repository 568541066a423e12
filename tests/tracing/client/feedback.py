"""Feedback and costs: given, found, taken back."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import weave
from weave.trace.weave_client import WeaveClient


@weave.op
def ask(question: str, model: str = "my-model") -> dict[str, Any]:
    return {"model": model, "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}}


@weave.op
def ask_twice() -> None:
    ask("a")
    ask("b")


def test_reactions_and_notes_come_back(client: WeaveClient) -> None:
    _, call = ask.call("?")
    reaction = call.feedback.add_reaction("👍")
    call.feedback.add_note("well done")
    call.feedback.add("custom", {"grade": 5}, creator="Zoë")
    client.flush()
    given = list(call.feedback.refresh())
    assert [one.feedback_type for one in given] == ["wandb.reaction.1", "wandb.note.1", "custom"]
    assert given[1].payload == {"note": "well done"}
    assert given[2].creator == "Zoë"
    call.feedback.purge(reaction)
    assert len(call.feedback.refresh()) == 2


def test_feedback_is_found_by_what_it_says(client: WeaveClient) -> None:
    for emoji in ("👍", "👎", "👍"):
        ask.call("?")[1].feedback.add_reaction(emoji)
    client.flush()
    assert len(client.get_feedback(reaction="👍")) == 2
    [bad] = client.get_feedback(reaction="👎")
    assert [one.id for one in client.get_feedback(bad.id)] == [bad.id]


def test_what_feedback_says_is_told_over_time(client: WeaveClient) -> None:
    _, call = ask.call("?")
    for grade, is_good in ((1, False), (3, True), (5, True)):
        call.feedback.add("graded", {"grade": grade, "verdict": {"good": is_good, "word": f"{grade} of 5"}})
    client.flush()
    since: Any = {
        "project_id": f"{client.entity}/{client.project}",
        "start": "2020-01-01T00:00:00Z",
        "feedback_type": "graded",
    }
    places = client.server.feedback_payload_schema(since).paths
    assert [(place.json_path, place.value_type) for place in places or []] == [
        ("grade", "numeric"),
        ("verdict.good", "boolean"),
        ("verdict.word", "categorical"),
    ]
    metrics = [
        {"json_path": "grade", "value_type": "numeric", "aggregations": ["avg", "max"], "percentiles": [50]},
        {"json_path": "verdict.good", "value_type": "boolean"},
    ]
    asked: Any = {**since, "metrics": metrics}
    told = client.server.feedback_stats(asked)
    assert told.window_stats == {
        "grade": {"avg": 3, "max": 5, "p50": 3},
        "verdict_good": {"count_true": 2, "count_false": 1},
    }
    [bucket] = told.buckets or []
    assert (bucket["count"], bucket["avg__grade"], bucket["count_true__verdict_good"]) == (3, 3, 2)


def test_calls_are_found_by_their_feedback(client: WeaveClient) -> None:
    ask("plain")
    ask.call("liked")[1].feedback.add_reaction("👍")
    client.flush()
    liked = {"$eq": [{"$getField": "feedback.[wandb.reaction.1].payload.emoji"}, {"$literal": "👍"}]}
    assert [call.inputs["question"] for call in client.get_calls(query={"$expr": liked})] == ["liked"]


def test_a_call_costs_what_the_project_says(client: WeaveClient) -> None:
    client.add_cost("my-model", prompt_token_cost=0.001, completion_token_cost=0.01)
    ask_twice()
    client.flush()
    root = next(iter(client.get_calls(include_costs=True)))
    cost = root.summary["weave"]["costs"]["my-model"]
    assert cost["prompt_tokens_total_cost"] == pytest.approx(2.0)
    assert cost["completion_tokens_total_cost"] == pytest.approx(2.0)
    assert (cost["requests"], cost["total_tokens"]) == (2, 2200)


def test_a_call_costs_what_the_catalog_says_of_a_model_it_knows(client: WeaveClient) -> None:
    ask("?", model="meta-llama/Llama-3.1-8B-Instruct")
    client.flush()
    [call] = client.get_calls(include_costs=True)
    cost = call.summary["weave"]["costs"]["meta-llama/Llama-3.1-8B-Instruct"]
    assert cost["prompt_tokens_total_cost"] == pytest.approx(1000 * cost["prompt_token_cost"])
    assert cost["prompt_token_cost"] > 0


def test_calls_are_sorted_by_cost_even_where_it_was_said_later(client: WeaveClient) -> None:
    ask("cheap", model="small")
    ask("dear", model="large")
    ask("unknown", model="no price")
    client.flush()
    client.add_cost("small", 0.001, 0.001)
    client.add_cost("large", 1, 1)
    dearest = [{"field": "summary.weave.cost", "direction": "desc"}]
    assert [call.inputs["question"] for call in client.get_calls(sort_by=dearest)] == ["dear", "cheap", "unknown"]


def test_costs_are_listed_and_purged(client: WeaveClient) -> None:
    long_ago = datetime.datetime(1998, 10, 3, tzinfo=datetime.UTC)
    client.add_cost("a", 1, 2, effective_date=long_ago)
    ids = client.add_cost("b", 3, 4).ids
    [a] = client.query_costs(llm_ids=["a"])
    assert (a.prompt_token_cost, a.completion_token_cost, a.effective_date) == (1, 2, long_ago)
    assert [cost.llm_id for cost in client.query_costs()] == ["a", "b"]
    client.purge_costs(ids[0][1])
    assert [cost.llm_id for cost in client.query_costs()] == ["a"]
