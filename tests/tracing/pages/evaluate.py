"""A program that evaluates with Weave's client, and says on stdout what the client itself makes of it.

`evaluate.py PROJECT` evaluates and publishes a leaderboard; `evaluate.py PROJECT NAME` reads one that is there.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import weave
from weave.flow import leaderboard
from weave.flow.leaderboard import get_leaderboard_results
from weave.trace.ref_util import get_ref
from weave.trace.weave_client import WeaveClient

ROWS = [{"number": 1, "target": 2}, {"number": 2, "target": 3}, {"number": 3, "target": 9}, {"number": 4, "target": 5}]


class Adder(weave.Model):
    step: int

    @weave.op
    def predict(self, number: int) -> int:
        if (number, self.step) == (4, 2):
            raise ValueError("<b>four</b> is too much")
        return number + self.step


class Near(weave.Scorer):
    within: int

    @weave.op
    def score(self, target: int, output: int) -> dict[str, Any]:
        if self.within == 7 and target == 9:
            raise RuntimeError("nine is too much")
        return {"near": abs(target - output) <= self.within, "off": abs(target - output)}


@weave.op
def exact(target: int, output: int) -> bool:
    return target == output


@weave.op
def successor(number: int) -> int:
    return number + 1


def evaluate() -> dict[str, Any]:
    models = [Adder(name="one", step=1), Adder(name="two", step=2), successor]
    sums = weave.Evaluation(name="sums", dataset=ROWS, scorers=[exact, Near(within=1)])
    ids = {f"sums-{place}": run(sums, model, f"sums {place}") for place, model in enumerate(models)}
    published = weave.Dataset(name="numbers", rows=weave.Table(ROWS))
    twice = weave.Evaluation(name="twice", dataset=published, scorers=[exact, Near(within=1)], trials=2)
    ids["twice"] = run(twice, models[0], "two trials")
    broken = weave.Evaluation(name="broken", dataset=ROWS, scorers=[Near(within=7)])
    ids["broken"] = run(broken, models[0], "broken scorer")
    ids["logged"] = log()
    refs = [get_ref(one) for one in (sums, twice)]
    columns = [
        column(refs[0], "exact", "true_fraction"),
        column(refs[0], "Near", "off.mean", should_minimize=True),
        column(refs[1], "model_latency", "mean", should_minimize=True),
        column(refs[1], "gone", "mean"),
    ]
    board = leaderboard.Leaderboard(name="Sums & co", description="Who adds *best*", columns=columns)
    weave.publish(board)
    return {"ids": ids, "board": board}


def run(evaluation: weave.Evaluation, model: Any, name: str) -> str:
    _, call = asyncio.run(evaluation.evaluate.call(evaluation, model, __weave={"display_name": name}))
    return str(call.id)


def log() -> str:
    logger = weave.EvaluationLogger(name="by hand", model={"name": "handmade", "temperature": 0.5}, dataset="my-data")
    for row in ROWS[:2]:
        prediction = logger.log_prediction(inputs=row, output=row["number"] + 1)
        prediction.log_score(scorer="exact", score=True)
        prediction.log_score(scorer="fluency", score=row["number"] / 4)
        prediction.finish()
    logger.log_summary({"verdict": 0.75})
    return str(logger.ui_url).rpartition("/")[2]


def column(ref: Any, scorer: str, path: str, **more: Any) -> leaderboard.LeaderboardColumn:
    return leaderboard.LeaderboardColumn(
        evaluation_object_ref=ref.uri, scorer_name=scorer, summary_metric_path=path, **more
    )


def results(board: leaderboard.Leaderboard, client: WeaveClient) -> dict[str, list[Any]]:
    """Of every model, by its reference, the newest value of each column."""
    return {
        result.model_ref: [cell.scores[-1].value if cell.scores else None for cell in result.column_scores]
        for result in get_leaderboard_results(board, client)
    }


def main() -> None:
    client = weave.init(sys.argv[1])
    said = evaluate() if len(sys.argv) == 2 else {"board": weave.ref(f"{sys.argv[2]}:latest").get()}
    client.flush()
    board = said.pop("board")
    columns = [[one.scorer_name, one.summary_metric_path, one.should_minimize] for one in board.columns]
    print(json.dumps({**said, "columns": columns, "name": board.name, "results": results(board, client)}))


if __name__ == "__main__":
    main()
