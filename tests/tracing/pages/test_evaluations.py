"""Evals: the table of runs, and one run with its rows."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from tests.tracing.pages.conftest import WEAVE, Log
from tests.tracing.pages.evaluating import BEGAN, EXAMPLES, Evaluating
from tracing.evaluations import run_rows
from tracing.models import Call

EVALS = f"{WEAVE}/evaluations"
HOSTILE = "<img src=x onerror=alert(1)>"


def text(client: Client, url: str, **asked: Any) -> str:
    answer = client.get(url, asked)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def listed(client: Client, **asked: Any) -> list[str]:
    """IDs of the runs, in the order of the table."""
    page = text(client, EVALS, **asked)
    return [part.partition('"')[0] for part in page.split('data-evaluation="')[1:]]


def rows(client: Client, run: str, **asked: Any) -> list[str]:
    page = text(client, f"{EVALS}/{run}", **asked)
    return [part.partition('"')[0] for part in page.split('data-row="')[1:]]


def test_a_run_is_listed_with_model_dataset_metrics_and_what_it_took(
    alice_client: Client, evaluating: Evaluating
) -> None:
    evaluating.run("one", display_name="My run", summary={"exact": {"true_fraction": 0.75}})
    Call.objects.filter(call_id="one").update(tokens=1234, cost=0.5)
    page = text(alice_client, EVALS)
    for said in ("My run", "sums:v0", ">adder<", ">numbers<", "exact.true_fraction", "75%", "1,234", "$0.50", "2.00 s"):
        assert said in page


def test_a_call_that_is_no_evaluation_is_not_listed(alice_client: Client, log: Log) -> None:
    log("one", op_name="Evaluation.summarize")
    assert listed(alice_client) == []
    assert "Runs of evaluations are listed here" in text(alice_client, EVALS)


def test_the_newest_comes_first_and_every_column_sorts(alice_client: Client, evaluating: Evaluating) -> None:
    for place, (run, mean) in enumerate((("a", 0.2), ("b", 0.9), ("c", None))):
        summary = {} if mean is None else {"exact": {"mean": mean}}
        evaluating.run(run, display_name=f"run {run}", summary=summary, began=BEGAN + timedelta(minutes=place))
    assert listed(alice_client) == ["c", "b", "a"]
    assert listed(alice_client, sort="called", order="ascending") == ["a", "b", "c"]
    assert listed(alice_client, sort="exact/mean") == ["b", "a", "c"]
    assert listed(alice_client, sort="exact/mean", order="ascending") == ["a", "b", "c"]
    for column in ("name", "status", "user", "latency", "tokens", "cost"):
        assert len(listed(alice_client, sort=column)) == 3


@pytest.mark.parametrize("sort", ['we"ird/mean', "back\\slash", "1/2/3/4/5/6", "", "/", "%00", "x" * 600])
def test_an_order_that_cannot_be_is_no_fault(alice_client: Client, evaluating: Evaluating, sort: str) -> None:
    evaluating.run("one")
    assert listed(alice_client, sort=sort) == ["one"]


def test_it_is_filtered_by_name_evaluation_model_dataset_and_status(
    alice_client: Client, evaluating: Evaluating
) -> None:
    evaluating.run("one", display_name="First run", name="sums", model="adder", dataset="numbers")
    evaluating.run("two", display_name="Second", name="Sums", model="Adder", dataset="Numbers", exception="oh")
    assert listed(alice_client, text="first") == ["one"]
    assert listed(alice_client, evaluation="Sums") == ["two"]
    assert listed(alice_client, model="adder") == ["one"]
    assert listed(alice_client, dataset="Numbers") == ["two"]
    assert listed(alice_client, status="error") == ["two"]
    assert listed(alice_client, status="nonsense", page="0") == ["two", "one"]
    assert "No evaluation fits" in text(alice_client, EVALS, text="third")


def test_names_can_be_chosen_among(alice_client: Client, evaluating: Evaluating) -> None:
    evaluating.run("one", name="sums", model="adder", dataset="numbers")
    page = text(alice_client, EVALS)
    for name in ("sums", "adder", "numbers"):
        assert f'<option value="{name}">' in page


def test_htmx_gets_the_table_alone_and_the_address_says_what_is_asked(
    alice_client: Client, evaluating: Evaluating
) -> None:
    evaluating.run("one")
    answer = alice_client.get(EVALS, {"text": "", "model": "adder"}, headers={"HX-Request": "true"})
    assert answer.headers["HX-Replace-Url"] == f"{EVALS}?model=adder"
    assert b"<html" not in answer.content
    assert b'data-evaluation="one"' in answer.content


def test_pages_follow_one_another(alice_client: Client, evaluating: Evaluating) -> None:
    evaluating.run("run")
    first = Call.objects.get(call_id="run")
    copies = [
        Call(**{**values(first), "call_id": f"copy-{n}", "started_at": BEGAN - timedelta(hours=n + 1)})
        for n in range(60)
    ]
    Call.objects.bulk_create(copies)
    assert len(listed(alice_client)) == 50
    assert listed(alice_client, page="2")[-1] == "copy-59"
    assert "51 to 61 of 61 evaluations" in text(alice_client, EVALS, page="2")
    assert 'rel="prev"' not in text(alice_client, EVALS)
    assert 'rel="prev" href="?"' in text(alice_client, EVALS, page="2")


def values(call: Call) -> dict[str, Any]:
    skipped = ("id", "call_id", "started_at")
    return {
        field.attname: getattr(call, field.attname) for field in Call._meta.concrete_fields if field.name not in skipped
    }


def test_a_run_that_has_not_ended_is_asked_for_again(alice_client: Client, evaluating: Evaluating) -> None:
    evaluating.run("one", running=True)
    page = text(alice_client, EVALS)
    assert "data-live" in page
    assert "3 rows" in page
    assert "data-live" in text(alice_client, f"{EVALS}/one")
    evaluating.run("one")
    assert "data-live" not in text(alice_client, EVALS)
    assert "data-live" not in text(alice_client, f"{EVALS}/one")


def test_the_csv_has_every_run_that_is_asked_for(alice_client: Client, evaluating: Evaluating) -> None:
    evaluating.run("one", display_name="=1+1", summary={"exact": {"mean": 0.25}})
    evaluating.run("two", model="other", summary={"near": {"mean": 1}})
    answer = alice_client.get(f"{EVALS}.csv", {"sort": "name", "order": "ascending"})
    lines = list(csv.DictReader(io.StringIO(answer.content.decode())))
    by_id = {line["id"]: line for line in lines}
    assert by_id["one"]["name"] == "'=1+1"
    assert (by_id["one"]["exact.mean"], by_id["one"]["near.mean"]) == ("0.25", "")
    assert by_id["two"]["model"] == "other:v0"
    assert (
        len(list(csv.reader(io.StringIO(alice_client.get(f"{EVALS}.csv", {"model": "other"}).content.decode())))) == 2
    )


def test_one_run_shows_its_metrics_properties_and_rows(alice_client: Client, evaluating: Evaluating) -> None:
    evaluating.run("one", summary={"exact": {"mean": 0.625}, "model_latency": {"mean": 0.25}})
    page = text(alice_client, f"{EVALS}/one")
    for said in ("exact.mean", "0.625", "250 ms", "3 of 3", "exact:1", "adder", "numbers", "number", "target"):
        assert said in page
    assert rows(alice_client, "one") == ["one-0", "one-1", "one-2"]
    assert f"{WEAVE}/calls/one-2" in page
    assert page.count("false</span>") == 1


def test_rows_say_why_they_failed(alice_client: Client, evaluating: Evaluating) -> None:
    said = '{"type": "ValueError", "message": "' + HOSTILE + '", "traceback": []}'
    evaluating.run("one", outputs=(2, said, said[:30]), scores=(True, ValueError(), ValueError()))
    page = text(alice_client, f"{EVALS}/one")
    assert f"ValueError: {escape(HOSTILE)}" in page
    assert HOSTILE not in page
    assert "2 failed" in page
    assert rows(alice_client, "one", rows="failed") == ["one-1", "one-2"]


def test_a_row_whose_scorer_failed_says_which(alice_client: Client, evaluating: Evaluating, log: Log) -> None:
    evaluating.run("one")
    Call.objects.filter(call_id="one-1").update(status=Call.Status.DESCENDANT_ERROR)
    log("scorer", parent_id="one-1", op_name="Near.score", exception='{"type": "KeyError", "message": "no target"}')
    assert "Near.score: KeyError: no target" in text(alice_client, f"{EVALS}/one")


def test_rows_sort_by_score_and_by_what_they_took(alice_client: Client, evaluating: Evaluating) -> None:
    evaluating.run("one", scores=({"near": {"off": 2}}, {"near": {"off": 0.5}}, {"near": {"off": 10}}))
    assert rows(alice_client, "one", sort="near/off") == ["one-1", "one-0", "one-2"]
    assert rows(alice_client, "one", sort="near/off", order="descending") == ["one-2", "one-0", "one-1"]
    assert rows(alice_client, "one", sort="order", order="descending") == ["one-2", "one-1", "one-0"]
    assert len(rows(alice_client, "one", sort="latency")) == 3


def test_words_and_true_and_false_are_sorted_too(alice_client: Client, evaluating: Evaluating) -> None:
    evaluating.run("one", scores=(True, False, True))
    assert rows(alice_client, "one", sort="exact")[0] == "one-1"


def test_the_second_page_of_rows_leads_back_to_the_first(
    alice_client: Client, evaluating: Evaluating, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_rows, "PAGE", 2)
    evaluating.run("one")
    assert 'rel="prev"' not in text(alice_client, f"{EVALS}/one")
    assert 'rel="prev" href="?#rows"' in text(alice_client, f"{EVALS}/one", page="2")


def test_trials_are_counted_by_example(alice_client: Client, evaluating: Evaluating) -> None:
    evaluating.run("one", examples=[*EXAMPLES, EXAMPLES[0]], outputs=(1, 1, 1, 1), scores=(True, True, True, False))
    page = text(alice_client, f"{EVALS}/one", sort="order", order="descending")
    assert "Trial" in page
    assert page.index('<td class="number">2</td>') < page.index("one-2")


def test_what_was_logged_step_by_step_has_rows_as_well(alice_client: Client, evaluating: Evaluating) -> None:
    evaluating.run(
        "one", logged=True, examples=({"q": "why?"}, {"q": HOSTILE}), outputs=("so", None), scores=(0.5, None)
    )
    page = text(alice_client, f"{EVALS}/one")
    assert "why?" in page
    assert escape(HOSTILE) in page
    assert HOSTILE not in page
    assert '<dd class="number">2</dd>' in page


@pytest.mark.parametrize(
    ("seconds", "dollars", "said"),
    [
        (1200, 0.000044, ("20 min 0 s", "$0.000044")),
        (4_000, 12345.6, ("1 h 6 min", "$12,345.60")),
        (59.999, 0.0123, ("1 min 0 s", "$0.012")),
        (0.9997, 1.5, ("1.00 s", "$1.50")),
        (0.0000021, 0, ("2.1 µs", "$0.00")),
        (-2, -1.5, ("-2.00 s", "-$1.50")),
    ],
)
def test_money_and_durations_are_written_without_exponents(
    alice_client: Client, evaluating: Evaluating, seconds: float, dollars: float, said: tuple[str, str]
) -> None:
    evaluating.run("one", summary={"model_latency": {"mean": seconds}, "model_cost": dollars})
    for page in (text(alice_client, f"{EVALS}/one"), text(alice_client, EVALS)):
        for one in said:
            assert f">{one}<" in page
    Call.objects.filter(call_id="one").update(latency_ms=1000 * seconds, cost=dollars, output="{}")
    page = text(alice_client, f"{EVALS}/one")
    for one in said:
        assert f">{one}<" in page


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("latency_ms", 250, "250 ms"),
        ("mean_latency_ms", 1500, "1.50 s"),
        ("durationMs", 90_000, "1 min 30 s"),
        ("latency", 1.5, "1.50 s"),
        ("latency_items", 3, "3.00 s"),
        ("drift", 0.00001, "0.00001"),
        ("drift", -0.0000123456, "-0.00001235"),
        ("drift", 1e-300, "1e-300"),
        ("drift", 0.5, "0.5"),
        ("true_fraction", 0.0000001, "0.00001%"),
    ],
)
def test_metrics_are_written_in_their_own_units(
    alice_client: Client, evaluating: Evaluating, name: str, value: float, said: str
) -> None:
    evaluating.run("one", summary={"own": {name: value}}, scores=({name: value},))
    assert f'<dd class="number">{said}</dd>' in text(alice_client, f"{EVALS}/one")
    assert f">{said}<" in text(alice_client, EVALS)


def test_what_describes_the_evaluation_is_marked_up_and_harmless(alice_client: Client, evaluating: Evaluating) -> None:
    ref = evaluating.evaluation(description=f"Can it *add*? {HOSTILE}")
    evaluating.run("one")
    Call.objects.filter(call_id="one").update(inputs=json.dumps({"self": ref}))
    page = text(alice_client, f"{EVALS}/one")
    assert "<em>add</em>" in page
    assert HOSTILE not in page


def test_trials_of_one_example_are_counted_over_pages(alice_client: Client, evaluating: Evaluating) -> None:
    """Also where many began at one moment."""
    tries = 60
    evaluating.run("one", examples=({"n": 1},) * tries, outputs=("x",) * tries, scores=(True,) * tries)
    Call.objects.filter(parent_id="one").update(started_at=BEGAN)
    pages = [text(alice_client, f"{EVALS}/one", page=page, sort="order") for page in (1, 2)]
    found = [re.findall(r'<td class="number">(\d+)</td>\s*<td><div class="cell-text">1</div>', page) for page in pages]
    assert found == [[str(trial) for trial in range(1, 51)], [str(trial) for trial in range(51, 61)]]


def test_long_rows_are_shown_by_their_beginning(alice_client: Client, evaluating: Evaluating) -> None:
    evaluating.run("one", outputs=("x" * 1_000_000, 1, 1))
    page = text(alice_client, f"{EVALS}/one")
    assert "x" * 600 in page
    assert "x" * 601 not in page


@pytest.mark.parametrize("name", [HOSTILE, "a/b", "ü 🦒", "{% now %}", "'\""])
def test_hostile_names_are_text(alice_client: Client, evaluating: Evaluating, name: str) -> None:
    evaluating.run("one", display_name=name, summary={name: {name: 1}}, scores=({name: name},))
    for url in (EVALS, f"{EVALS}/one"):
        page = text(alice_client, url)
        assert escape(name) in page
        assert HOSTILE not in page


@pytest.mark.parametrize(
    "summary",
    [
        *(None, [], "text", 7, {"a": None}, {"a": {"b": []}}, {"a": 10**400}, {"a": "Infinity"}, {"": {"": 1}}),
        *({"latency": 1.7e308, "cost": -1.7e308}, {"latency": -1e-300, "cost": 1e-300}),
    ],
)
def test_any_summary_can_be_shown(alice_client: Client, evaluating: Evaluating, summary: Any) -> None:
    evaluating.run("one")
    Call.objects.filter(call_id="one").update(output=json.dumps(summary))
    for url in (EVALS, f"{EVALS}/one", f"{EVALS}.csv"):
        assert alice_client.get(url).status_code == 200


@pytest.mark.parametrize(
    "inputs", ["{}", "[]", "null", '{"self": 1, "model": []}', '{"self": {"dataset": 1, "scorers": 2}, "model": {}}',
               '{"self": "weave:///x", "model": "weave:///alice/playground/object/gone:abc"}']
)  # fmt: skip
def test_any_inputs_can_be_shown(alice_client: Client, evaluating: Evaluating, inputs: str) -> None:
    evaluating.run("one")
    Call.objects.update(inputs=inputs)
    for url in (EVALS, f"{EVALS}/one", f"{EVALS}/one/rows.csv"):
        assert alice_client.get(url).status_code == 200


def test_the_csv_of_rows_has_all_of_them(alice_client: Client, evaluating: Evaluating) -> None:
    evaluating.run("one")
    lines = list(csv.DictReader(io.StringIO(alice_client.get(f"{EVALS}/one/rows.csv").content.decode())))
    assert [line["example.number"] for line in lines] == ["1", "2", "3"]
    assert [line["exact"] for line in lines] == ["true", "true", "false"]
    assert lines[0]["latency_s"] == "0.25"


def test_a_call_that_is_no_run_is_not_found_here(alice_client: Client, log: Log) -> None:
    log("one")
    assert alice_client.get(f"{EVALS}/one").status_code == 404
    assert alice_client.get(f"{EVALS}/nothing").status_code == 404


def test_a_deleted_run_is_gone(alice_client: Client, evaluating: Evaluating) -> None:
    evaluating.run("one")
    Call.objects.filter(call_id="one").update(deleted_at=BEGAN)
    assert listed(alice_client) == []
    assert alice_client.get(f"{EVALS}/one").status_code == 404


@pytest.mark.parametrize("url", [EVALS, f"{EVALS}.csv", f"{EVALS}/one", f"{EVALS}/one/rows.csv"])
def test_a_stranger_finds_nothing(charlie_client: Client, evaluating: Evaluating, url: str) -> None:
    evaluating.run("one")
    assert charlie_client.get(url).status_code == 404


def test_pages_take_few_queries_however_much_there_is(
    alice_client: Client, evaluating: Evaluating, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        evaluating.run(f"run-{number}", model=f"model {number}", running=number % 2 == 0)
    # Who comes for the first time has the project remembered. One more than the page's own is the banner's above it.
    alice_client.get(EVALS)
    with django_assert_max_num_queries(12 + 1):
        alice_client.get(EVALS)
    with django_assert_max_num_queries(14 + 1):
        alice_client.get(f"{EVALS}/run-1")


def test_scores_in_words_stand_as_text_and_numbers_as_numbers(alice_client: Client, evaluating: Evaluating) -> None:
    evaluating.run("one", scores=({"judge": {"score": 0.5, "why": "well said"}},), outputs=(1,))
    page = text(alice_client, f"{EVALS}/one")
    assert '<div class="cell-text">well said</div>' in page
    assert '<td class="number">0.5' in page
