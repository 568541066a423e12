"""Evaluations side by side."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from tests.tracing.pages.conftest import WEAVE
from tests.tracing.pages.evaluating import BEGAN, EXAMPLES, Evaluating
from tracing.leaderboards.boards import Board, Column

COMPARE = f"{WEAVE}/compare-evaluations"
HOSTILE = "<img src=x onerror=alert(1)>"


def text(client: Client, ids: list[str], **asked: Any) -> str:
    answer = client.get(COMPARE, {"ids": ids, **asked})
    assert answer.status_code == 200
    return answer.content.decode()


def part(page: str, attribute: str, value: str) -> str:
    """The row of a table that is marked with it, its text alone."""
    found = page.split(f'{attribute}="{value}"')[1].partition("</tr>")[0].partition(">")[2]
    return " ".join(re.sub(r"<[^>]*>", " ", found).split())


def compared(page: str) -> list[str]:
    return re.findall(r'data-compared="([^"]*)"', page)


def examples(page: str) -> int:
    return page.count("data-example=")


@pytest.fixture
def two(evaluating: Evaluating) -> list[str]:
    better = {"exact": {"true_fraction": 0.75}, "model_latency": {"mean": 0.5}}
    worse = {"exact": {"true_fraction": 0.5}, "model_latency": {"mean": 0.25}}
    evaluating.run("one", model="adder", settings={"step": 1, "style": "plain"}, summary=better)
    evaluating.run("two", model="other", settings={"step": 2, "style": "plain"}, summary=worse, outputs=(2, 4, 4))
    return ["one", "two"]


def test_figures_stand_beside_the_baselines_and_say_which_is_better(alice_client: Client, two: list[str]) -> None:
    page = text(alice_client, two)
    assert compared(page) == two
    assert part(page, "data-metric", "exact.true_fraction") == (
        "exact.true_fraction higher is better 75% 50% −25 points (−33.3%) worse"
    )
    assert part(page, "data-metric", "model_latency.mean") == (
        "model_latency.mean lower is better 500 ms 250 ms −250 ms (−50%) better"
    )
    assert part(page, "data-metric", "Duration").endswith("2.00 s 2.00 s ±0 same")


def test_a_difference_of_many_times_is_written_without_an_exponent(
    alice_client: Client, evaluating: Evaluating
) -> None:
    for run, cost in (("one", 0.001), ("two", 0.021)):
        evaluating.run(run, summary={"cost": cost})
    page = text(alice_client, ["one", "two"])
    assert "+$0.020 (+2,000%)" in part(page, "data-metric", "cost")


def test_the_baseline_is_the_first_and_can_be_another(alice_client: Client, two: list[str]) -> None:
    page = text(alice_client, two[::-1])
    assert part(page, "data-metric", "exact.true_fraction").endswith("50% 75% +25 points (+50%) better")
    assert "?ids=one&amp;ids=two" in page


def test_they_can_be_moved_and_taken_out(alice_client: Client, two: list[str], evaluating: Evaluating) -> None:
    evaluating.run("three")
    page = text(alice_client, [*two, "three"])
    for address in (
        "?ids=two&amp;ids=one&amp;ids=three",
        "?ids=one&amp;ids=three&amp;ids=two",
        "?ids=one&amp;ids=three",
    ):
        assert f'href="{address}"' in page
    assert "Remove A" not in text(alice_client, two)


def test_what_is_alike_can_be_left_out(alice_client: Client, two: list[str]) -> None:
    page = text(alice_client, two, diff="only")
    assert 'data-metric="Duration"' not in page
    assert 'data-metric="exact.true_fraction"' in page
    assert 'data-property="Dataset"' not in page
    assert 'data-property="Model: style"' not in page
    assert part(page, "data-property", "Model: step") == "Model: step differs 1 2"


def test_a_metric_that_a_leaderboard_minimizes_is_better_if_lower(alice_client: Client, evaluating: Evaluating) -> None:
    for run, off in (("one", 1.5), ("two", 1)):
        evaluating.run(run, summary={"near": {"off": {"mean": off}}})
    assert part(text(alice_client, ["one", "two"]), "data-metric", "near.off.mean").endswith("worse")
    evaluating.board("Board", Board("Board", "", (Column(evaluating.evaluation(), "near", "off.mean", True),)))
    assert part(text(alice_client, ["one", "two"]), "data-metric", "near.off.mean").endswith("better")


def test_a_metric_that_one_does_not_have_is_a_dash(alice_client: Client, evaluating: Evaluating) -> None:
    evaluating.run("one", summary={"exact": {"mean": -1}})
    evaluating.run("two", summary={"other": {"mean": 0}})
    page = text(alice_client, ["one", "two"])
    assert part(page, "data-metric", "exact.mean").endswith("-1 –")
    assert part(page, "data-metric", "other.mean").endswith("– 0")


def test_other_datasets_and_other_scorers_are_warned_of(alice_client: Client, evaluating: Evaluating) -> None:
    evaluating.run("one")
    evaluating.run("same")
    assert "data-warning" not in text(alice_client, ["one", "same"])
    evaluating.run("version", examples=EXAMPLES[:2])
    assert "different versions of one dataset" in text(alice_client, ["one", "version"])
    evaluating.run("dataset", dataset="others")
    assert "different datasets" in text(alice_client, ["one", "dataset"])
    evaluating.run("scorer", scorer="exact:2")
    assert "Scoring inconsistency" in text(alice_client, ["one", "scorer"])
    evaluating.run("running", running=True)
    assert "Still running" in text(alice_client, ["one", "running"])


def test_examples_are_matched_by_their_digest_whatever_their_order(
    alice_client: Client, evaluating: Evaluating
) -> None:
    evaluating.run("one")
    evaluating.run("two", dataset="again", examples=EXAMPLES[::-1], outputs=(4, 3, 7), scores=(False, True, False))
    page = text(alice_client, ["one", "two"], view="results")
    assert examples(page) == 3
    first = part(page, "data-example", "1")
    assert first.startswith("1 number 1 target 2 Trace of A, example 1 250 ms 2 exact true")
    assert first.endswith("Trace of B, example 1 250 ms 7 exact false differs")
    assert f"{WEAVE}/calls/two-2" in page


def test_what_was_logged_is_matched_by_the_example_itself(alice_client: Client, evaluating: Evaluating) -> None:
    asked = ({"q": "why?"}, {"q": "how?"})
    evaluating.run("one", logged=True, examples=asked)
    evaluating.run("two", logged=True, examples=asked[::-1])
    assert examples(text(alice_client, ["one", "two"], view="results")) == 2


def test_only_examples_that_differ_can_be_shown(alice_client: Client, evaluating: Evaluating) -> None:
    evaluating.run("one")
    evaluating.run("two", outputs=(2, 30, 40), scores=(True, True, True))
    scores = text(alice_client, ["one", "two"], view="results", rows="scores")
    assert (examples(scores), "target 9" in part(scores, "data-example", "1")) == (1, True)
    assert examples(text(alice_client, ["one", "two"], view="results", rows="outputs")) == 2
    assert examples(text(alice_client, ["one", "two"], view="results", rows="nonsense")) == 3
    evaluating.run("same")
    assert "No example is left" in text(alice_client, ["one", "same"], view="results", rows="scores")


def test_an_example_that_one_did_not_try_says_so(alice_client: Client, evaluating: Evaluating) -> None:
    evaluating.run("one")
    evaluating.run("two", outputs=(2,), scores=(True,))
    page = text(alice_client, ["two", "one"], view="results")
    assert part(page, "data-example", "3").startswith("3 number 3 target 9 Not tried Trace of B")
    assert examples(text(alice_client, ["one", "two"], view="results", rows="scores")) == 2


def test_trials_of_one_example_stand_together(alice_client: Client, evaluating: Evaluating) -> None:
    evaluating.run("one", examples=[EXAMPLES[0]] * 6, outputs=range(6), scores=[True] * 6)
    evaluating.run("two")
    said = part(text(alice_client, ["one", "two"], view="results"), "data-example", "1")
    assert "Trial 1" in said
    assert "Trial 4" in said
    assert "and 2 more trials" in said


def test_every_example_of_a_page_is_shown_however_many_trials_there_are(
    alice_client: Client, evaluating: Evaluating
) -> None:
    many = [{"n": number} for number in range(20) for _ in range(30)]
    for minute, run in enumerate(("one", "two")):
        began = BEGAN + timedelta(minutes=minute)
        evaluating.run(run, examples=many, outputs=range(600), scores=[True] * 600, began=began)
    page = text(alice_client, ["one", "two"], view="results")
    assert examples(page) == 20
    assert "Not tried" not in page
    assert page.count("and 26 more trials") == 40


def test_examples_come_in_pages(alice_client: Client, evaluating: Evaluating) -> None:
    many = [{"n": number} for number in range(25)]
    for run in ("one", "two"):
        evaluating.run(run, examples=many, outputs=range(25), scores=[True] * 25)
    assert examples(text(alice_client, ["one", "two"], view="results")) == 20
    page = text(alice_client, ["one", "two"], view="results", page="2")
    assert examples(page) == 5
    assert "21 to 25 of 25 examples" in page


def test_weaves_own_address_opens_it(alice_client: Client, two: list[str]) -> None:
    answer = alice_client.get(COMPARE, {"evaluationCallIds": json.dumps(two)})
    assert compared(answer.content.decode()) == two


@pytest.mark.parametrize("said", ["", "[", "{}", "7", "[1, null]", '["\\u0000"]', "[" * 3000])
def test_what_says_nothing_asks_for_a_choice(alice_client: Client, two: list[str], said: str) -> None:
    answer = alice_client.get(COMPARE, {"evaluationCallIds": said})
    assert answer.status_code == 200
    assert b"Choose at least two" in answer.content


def test_one_alone_asks_for_another_and_one_that_is_gone_is_named(alice_client: Client, two: list[str]) -> None:
    assert "Choose at least two" in text(alice_client, ["one"])
    page = text(alice_client, [*two, "gone"])
    assert "1 of the 3 evaluations is not in this project" in page
    assert alice_client.get(COMPARE, {"ids": ["gone", "lost"]}).status_code == 404


def test_more_than_have_letters_are_refused(alice_client: Client, two: list[str]) -> None:
    answer = alice_client.get(COMPARE, {"ids": [str(number) for number in range(9)]})
    assert answer.status_code == 422
    assert b"At most 8" in answer.content


def test_hostile_names_values_and_scores_are_text(alice_client: Client, evaluating: Evaluating) -> None:
    for run in ("one", "two"):
        evaluating.run(
            run,
            display_name=HOSTILE,
            settings={HOSTILE: HOSTILE},
            summary={HOSTILE: {HOSTILE: 1}},
            examples=({HOSTILE: HOSTILE},),
            outputs=(HOSTILE,),
            scores=({HOSTILE: HOSTILE},),
        )
    for view in ("", "results"):
        page = text(alice_client, ["one", "two"], view=view)
        assert HOSTILE not in page
        assert escape(HOSTILE) in page


def test_a_stranger_finds_nothing(charlie_client: Client, two: list[str]) -> None:
    assert charlie_client.get(COMPARE, {"ids": two}).status_code == 404


def test_it_takes_few_queries(alice_client: Client, evaluating: Evaluating, django_assert_max_num_queries: Any) -> None:
    ids = [evaluating.run(f"run-{n}", model=f"m{n}", began=BEGAN + timedelta(minutes=n)) for n in range(8)]
    text(alice_client, ids)
    for view in ("", "results"):
        with django_assert_max_num_queries(14):
            text(alice_client, ids, view=view)


def test_an_example_that_was_logged_matches_the_same_row_of_a_dataset(
    alice_client: Client, evaluating: Evaluating
) -> None:
    evaluating.run("one")
    evaluating.run("two", logged=True, examples=[dict(reversed(example.items())) for example in EXAMPLES])
    page = text(alice_client, ["one", "two"], view="results")
    assert examples(page) == 3
    assert "Not tried" not in page
