"""A catalog and a comparison that are as large as they get: python -m benchmarks.playground_rows, as Lineup is set up.

It prints the comparison's address.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from benchmarks.marked import marked
from tests.serving import ROOT, Served

if TYPE_CHECKING:
    from playground.models import Lane

MODELS = 1_000
LANES, MESSAGES = 8, 100
#: Tokens of an answer: prose, lists, tables, code and formulas.
LONG = 160


def fill(lineup: Served) -> str:
    """The comparison's address."""
    command = [sys.executable, "-m", "benchmarks.playground_rows"]
    environment = os.environ | lineup.environment
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout.strip()


def main() -> None:
    import django

    django.setup()

    from accounts.models import Project, User
    from inference_catalog.models import Model, Offering, Provider
    from playground.comparisons import start
    from playground.models import LETTERS

    provider = Provider.objects.get(kind=Provider.Kind.SIMULATOR)
    there = Model.objects.count()
    models = Model.objects.bulk_create(
        Model(
            model_id=f"maker-{number % 40}/model-{number}-instruct",
            name=f"Model {number}",
            maker=f"Maker {number % 40}",
        )
        for number in range(there, MODELS)
    )
    Offering.objects.bulk_create(
        Offering(model=model, provider=provider, upstream_id=model.model_id) for model in models
    )
    project = Project.objects.get(slug="playground", team__slug="local")
    comparison = start(User.objects.get(username="admin"), project, models[: len(LETTERS)])
    comparison.title = "Many messages"
    comparison.save(update_fields=["title"])
    answers = [marked(LONG + 8 * at).text for at in range(MESSAGES // 2)]
    for lane in comparison.lanes.select_related("model"):
        converse(lane, answers)
    print(comparison.get_absolute_url())


def converse(lane: Lane, answers: list[str]) -> None:
    from playground.models import Answer, Message

    questions = [Message(lane=lane, role=Message.Role.USER, text="Go on, please.") for _ in answers]
    said = [Message(lane=lane, role=Message.Role.ASSISTANT, text=text) for text in answers]
    # In turns: the ids of messages are their order.
    ids = sorted(message.pk for message in (*questions, *said))
    for at, pair in enumerate(zip(questions, said, strict=True)):
        pair[0].pk, pair[1].pk = ids[2 * at : 2 * at + 2]
    Message.objects.bulk_create([*questions, *said])
    figures = {"state": "done", "completion_tokens": 320, "ttft_ms": 420, "duration_ms": 6300, "cost": 4_100_000_000}
    name = lane.model.model_id
    Answer.objects.bulk_create(Answer(message=message, lane=lane, model=name, **figures) for message in said)


if __name__ == "__main__":
    main()
