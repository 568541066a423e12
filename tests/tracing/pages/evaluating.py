"""Evaluations as the client records them, without running any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import User
from tracing import publishing, recording, tables
from tracing.call_shapes import Complete, Start
from tracing.leaderboards.boards import Board
from tracing.pages.spaces import Visitor
from tracing.visits import Space

BEGAN = datetime(2026, 11, 23, 9, tzinfo=UTC)
#: Of an evaluation, whatever it is about.
EXAMPLES = ({"number": 1, "target": 2}, {"number": 2, "target": 3}, {"number": 3, "target": 9})


@dataclass
class Evaluating:
    """`evaluating.run("one", model="adder", …)` writes a run with its rows; it returns the ID of its call."""

    space: Space
    user: User
    known: dict[str, str] = field(default_factory=dict)

    def publish(self, name: str, class_name: str, **members: Any) -> str:
        """A reference to it."""
        val = {
            "_type": class_name,
            "name": name,
            **members,
            "_class_name": class_name,
            "_bases": ["Object", "BaseModel"],
        }
        published = publishing.publish(Visitor(self.user), self.space, name, val, None)
        return f"weave:///{self.space.path}/object/{name}:{published.digest}"

    def dataset(self, name: str, examples: Sequence[dict[str, Any]]) -> tuple[str, list[str]]:
        """A reference to it, and to each of its rows."""
        visitor: Any = Visitor(self.user)
        digest, rows = tables.create(visitor, self.space, examples, None)
        ref = self.publish(name, "Dataset", rows=f"weave:///{self.space.path}/table/{digest}")
        return ref, [f"{ref}/attr/rows/id/{row}" for row in rows]

    def evaluation(self, name: str = "sums", scorer: str = "exact:1", dataset: str = "numbers", **members: Any) -> str:
        examples = members.pop("examples", EXAMPLES)
        ref = self.dataset(dataset, examples)[0]
        scorers = [f"weave:///{self.space.path}/op/{scorer}"]
        return self.publish(name, "Evaluation", dataset=ref, scorers=scorers, **{"trials": 1, **members})

    def board(self, object_id: str, board: Board, **members: Any) -> None:
        publishing.publish(Visitor(self.user), self.space, object_id, board.document() | members, None)

    def run(
        self,
        run_id: str,
        *,
        name: str = "sums",
        model: str = "adder",
        settings: dict[str, Any] | None = None,
        dataset: str = "numbers",
        scorer: str = "exact:1",
        examples: Sequence[dict[str, Any]] = EXAMPLES,
        outputs: Sequence[Any] = (2, 3, 4),
        scores: Sequence[Any] = (True, True, False),
        summary: Any = None,
        logged: bool = False,
        running: bool = False,
        began: datetime = BEGAN,
        **said: Any,
    ) -> str:
        evaluation = self.evaluation(name, scorer, dataset, examples=examples)
        refs = list(examples) if logged else self.dataset(dataset, examples)[1]
        model_ref = self.publish(model, "Model", **(settings or {"step": 1}))
        inputs = {"self": evaluation, "model": model_ref}
        run = self.start(run_id, "Evaluation.evaluate", began, inputs=inputs, **said)
        if logged:
            run["attributes"] = {"_weave_eval_meta": {"imperative": True}}
        rows = [
            self.row(run_id, place, inputs | {"example": ref}, output, score, began)
            for place, (ref, output, score) in enumerate(zip(refs, outputs, scores, strict=False))
        ]
        if running:
            recording.record(self.space, starts=[Start(**run)], completes=rows)
        else:
            summary = {"exact": {"mean": 0.5}} if summary is None else summary
            whole = run | {"ended_at": began + timedelta(seconds=2), "output": summary, "summary": {}} | said
            recording.record(self.space, completes=[Complete(**whole), *rows])
        return run_id

    def row(
        self, run_id: str, place: int, inputs: dict[str, Any], output: Any, score: Any, began: datetime
    ) -> Complete:
        """One that failed has no score."""
        began += timedelta(milliseconds=place)
        failed = {"exception": output, "output": None} if isinstance(score, Exception) else {}
        scores = score if isinstance(score, dict) else {"exact": score}
        row = self.start(f"{run_id}-{place}", "Evaluation.predict_and_score", began, parent_id=run_id, inputs=inputs)
        said = {"output": output, "scores": scores, "model_latency": 0.25}
        ended = {"ended_at": began + timedelta(seconds=1), "output": said, "summary": {}}
        return Complete(**row | ended | failed)

    def start(self, call_id: str, op: str, began: datetime, **said: Any) -> dict[str, Any]:
        op_name = f"weave:///{self.space.path}/op/{op}:abc"
        begun = {"project_id": self.space.path, "id": call_id, "op_name": op_name, "started_at": began}
        members = ("inputs", "parent_id", "display_name", "attributes")
        return begun | {"attributes": {}, "inputs": {}} | {key: said[key] for key in members if key in said}
