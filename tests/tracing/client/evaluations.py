"""Evaluations, declared and step by step, and the leaderboards over them."""

from __future__ import annotations

import asyncio
from typing import Any

import weave
from weave.flow import leaderboard
from weave.trace.ref_util import get_ref
from weave.trace.weave_client import WeaveClient

from tests.tracing.client.reading import calls

ROWS = [{"number": 1, "target": 2}, {"number": 2, "target": 3}, {"number": 3, "target": 9}]


class Adder(weave.Model):
    step: int

    @weave.op
    def predict(self, number: int) -> int:
        return number + self.step


class Near(weave.Scorer):
    within: int

    @weave.op
    def score(self, target: int, output: int) -> dict[str, Any]:
        return {"near": abs(target - output) <= self.within, "off": abs(target - output)}


@weave.op
def exact(target: int, output: int) -> bool:
    return target == output


def evaluation() -> weave.Evaluation:
    return weave.Evaluation(name="sums", dataset=ROWS, scorers=[exact, Near(within=1)])


def test_an_evaluation_is_kept_with_its_rows_and_scores(client: WeaveClient) -> None:
    summary = asyncio.run(evaluation().evaluate(Adder(step=1)))
    assert summary["exact"] == {"true_count": 2, "true_fraction": 2 / 3}
    found = calls(client)
    [root] = [call for call in found if call.parent_id is None]
    assert root.func_name == "Evaluation.evaluate"
    assert root.output["exact"] == summary["exact"]
    assert root.inputs["self"].name == "sums"
    rows = [call for call in found if call.func_name == "Evaluation.predict_and_score"]
    assert sorted(call.inputs["example"]["number"] for call in rows) == [1, 2, 3]
    assert {call.output["output"] for call in rows} == {2, 3, 4}
    assert {call.output["scores"]["exact"] for call in rows} == {True, False}


def test_scores_stand_as_feedback_on_the_predictions(client: WeaveClient) -> None:
    asyncio.run(evaluation().evaluate(Adder(step=1)))
    client.flush()
    scored = list(client.get_calls(scored_by=["exact", "Near"], include_feedback=True))
    assert {call.func_name for call in scored} == {"Adder.predict"}
    assert len(scored) == 3
    given = scored[0].summary["weave"]["feedback"]
    assert {one["feedback_type"] for one in given} == {"wandb.runnable.exact", "wandb.runnable.Near"}


def test_a_leaderboard_has_the_results_of_both_models(client: WeaveClient) -> None:
    sums = evaluation()
    models = [Adder(name="one", step=1), Adder(name="two", step=2)]
    for model in models:
        asyncio.run(sums.evaluate(model))
    column = leaderboard.LeaderboardColumn(
        evaluation_object_ref=get_ref(sums).uri, scorer_name="exact", summary_metric_path="true_fraction"
    )
    spec = leaderboard.Leaderboard(name="Sums", description="Who adds best", columns=[column])
    ref = weave.publish(spec)
    client.flush()
    results = leaderboard.get_leaderboard_results(ref.get(), client)
    by_model = {result.model_ref: result.column_scores[0].scores[0].value for result in results}
    assert by_model == {get_ref(models[0]).uri: 2 / 3, get_ref(models[1]).uri: 0.0}


def test_an_evaluation_logged_step_by_step_is_kept(client: WeaveClient) -> None:
    logger = weave.EvaluationLogger(name="by hand", model="my-model", dataset="my-data")
    for number in (1, 2):
        prediction = logger.log_prediction(inputs={"number": number}, output=number * 2)
        prediction.log_score(scorer="good", score=number == 1)
        prediction.finish()
    logger.log_summary({"mean": 0.5})
    found = calls(client)
    [root] = [call for call in found if call.parent_id is None]
    assert root.output["good"]["true_fraction"] == 0.5
    assert root.output["output"]["mean"] == 0.5
    rows = [call for call in found if call.func_name == "Evaluation.predict_and_score"]
    assert [call.output["output"] for call in rows] == [2, 4]


def test_it_counts_the_trials_of_every_row(client: WeaveClient) -> None:
    twice = weave.Evaluation(dataset=ROWS[:2], scorers=[exact], trials=2, evaluation_name="two trials")
    asyncio.run(twice.evaluate(Adder(step=1)))
    found = calls(client)
    assert len([call for call in found if call.func_name == "Evaluation.predict_and_score"]) == 4
    assert next(call for call in found if call.parent_id is None).display_name == "two trials"


def test_an_evaluation_comes_back_and_runs_again(client: WeaveClient) -> None:
    ref = weave.publish(weave.Evaluation(name="sums", dataset=ROWS, scorers=[exact]))
    client.flush()
    again = client.get_evaluation(ref.uri)
    assert asyncio.run(again.evaluate(Adder(step=1)))["exact"]["true_count"] == 2


def test_a_scorer_can_be_applied_to_a_call_that_was(client: WeaveClient) -> None:
    _, call = Adder(step=1).predict.call(Adder(step=1), 4)
    asyncio.run(call.apply_scorer(exact, {"target": 5}))
    client.flush()
    [given] = client.get_call(call.id, include_feedback=True).summary["weave"]["feedback"]
    assert given["payload"] == {"output": True}
