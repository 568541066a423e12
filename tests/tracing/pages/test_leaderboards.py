"""Leaders: leaderboards that the client or a page made."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from tests.tracing.pages.conftest import WEAVE
from tests.tracing.pages.evaluating import BEGAN, Evaluating
from tracing import json_text
from tracing.leaderboards import results
from tracing.leaderboards.boards import Board, Column
from tracing.leaderboards.choices import value_of
from tracing.models import Object

LEADERS = f"{WEAVE}/leaderboards"
NEW = f"{WEAVE}/new-leaderboard"
HOSTILE = "<img src=x onerror=alert(1)>"


def text(client: Client, url: str, **asked: Any) -> str:
    answer = client.get(url, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def ranked(page: str) -> list[str]:
    """Models and their cells, row by row."""
    rows = page.partition("<tbody>")[2].partition("</tbody>")[0].split("</tr>")[:-1]
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in rows]


@pytest.fixture
def board(evaluating: Evaluating) -> str:
    """Its address: two metrics of one evaluation, of which two models ran."""
    ref = evaluating.evaluation()
    for model, mean, off, minute in (("one", 0.5, 3, 0), ("two", 0.75, 4, 1), ("one", 0.25, 2, 2)):
        summary = {"exact": {"mean": mean}, "near": {"off": {"mean": off}}}
        began = BEGAN + timedelta(minutes=minute)
        evaluating.run(f"{model}-{minute}", model=model, summary=summary, began=began)
    columns = (Column(ref, "exact", "mean"), Column(ref, "near", "off.mean", should_minimize=True))
    evaluating.board("My-board", Board("My board", "Who adds *best*", columns))
    return f"{LEADERS}/My-board"


def test_leaderboards_are_listed_with_what_they_say(alice_client: Client, board: str) -> None:
    page = text(alice_client, LEADERS)
    for said in ("My board", "Who adds *best*", f'href="{board}"', ">alice<"):
        assert said in page


def test_none_yet_offers_to_make_one(alice_client: Client, project: Any) -> None:
    page = text(alice_client, LEADERS)
    assert "Leaderboards are listed here" in page
    assert f'href="{NEW}"' in page


def test_models_are_ranked_by_their_newest_runs_and_the_best_is_marked(alice_client: Client, board: str) -> None:
    page = text(alice_client, board)
    assert ranked(page) == ["one :v0 0.25 2 Best", "two :v0 0.75 Best 4"]
    assert f'href="{WEAVE}/evaluations/one-2" title="The newest of 2 runs"' in page
    assert "lower is better" in page


def test_a_column_sorts_the_best_first_and_back(alice_client: Client, board: str) -> None:
    def models(**asked: str) -> list[str]:
        return [row.partition(" ")[0] for row in ranked(text(alice_client, board, **asked))]

    assert models(sort="0") == ["two", "one"]
    assert models(sort="0", order="reversed") == ["one", "two"]
    assert models(sort="1") == ["one", "two"]
    assert models(sort="9") == models(sort="x") == models(sort="-1") == ["one", "two"]


def test_a_run_that_has_not_ended_makes_a_row_without_figures(
    alice_client: Client, board: str, evaluating: Evaluating
) -> None:
    evaluating.run("three", model="three", running=True, began=BEGAN + timedelta(hours=1))
    assert ranked(text(alice_client, board))[2] == "three :v0 – –"


def test_those_that_are_alike_are_all_the_best_and_one_alone_is_not(
    alice_client: Client, evaluating: Evaluating
) -> None:
    ref = evaluating.evaluation()
    evaluating.board("b", Board("b", "", (Column(ref, "exact", "mean"),)))
    evaluating.run("one", model="one")
    assert ranked(text(alice_client, f"{LEADERS}/b")) == ["one :v0 0.5"]
    evaluating.run("two", model="two", began=BEGAN + timedelta(minutes=1))
    assert ranked(text(alice_client, f"{LEADERS}/b")) == ["one :v0 0.5 Best", "two :v0 0.5 Best"]


@pytest.mark.parametrize(
    "columns",
    [None, 7, [], [None, 1, "x"], [{"evaluation_object_ref": 7}], [{"evaluation_object_ref": "weave:///x"}]],
)
def test_a_board_of_any_form_can_be_opened(alice_client: Client, evaluating: Evaluating, columns: Any) -> None:
    evaluating.board("odd", Board("odd", "", ()), columns=columns, name=None, description=[HOSTILE])
    for url in (LEADERS, f"{LEADERS}/odd", f"{LEADERS}/odd/edit"):
        assert HOSTILE not in text(alice_client, url)


def test_what_describes_a_board_is_marked_up_and_harmless(alice_client: Client, evaluating: Evaluating) -> None:
    evaluating.board("told", Board("told", f"**Sums** of [two](javascript:alert(1))\n\n{HOSTILE}", ()))
    page = text(alice_client, f"{LEADERS}/told")
    assert "<strong>Sums</strong>" in page
    assert HOSTILE not in page
    assert 'href="javascript' not in page


def test_values_of_any_form_can_be_shown(alice_client: Client, evaluating: Evaluating) -> None:
    ref = evaluating.evaluation()
    summary = {"a": HOSTILE, "b": True, "c": [1, {"d": 2}], "e": {"f": None}}
    evaluating.run("one", summary=summary)
    paths = (("a", "x.y"), ("b", ""), ("c", "0"), ("c", "1.d"), ("c", "9"), ("c", "x"), ("e", "f"), ("gone", "mean"))
    evaluating.board("b", Board("b", "", tuple(Column(ref, scorer, path) for scorer, path in paths)))
    assert ranked(text(alice_client, f"{LEADERS}/b")) == [f"adder :v0 {escape(HOSTILE)} 1 1 2 – – – –"]


def test_a_number_beyond_any_scale_is_shown_and_ranks_nowhere(alice_client: Client, evaluating: Evaluating) -> None:
    ref = evaluating.evaluation()
    evaluating.board("b", Board("b", "", (Column(ref, "exact", "mean"),)))
    for minute, (model, mean) in enumerate((("one", 10**400), ("two", 1), ("three", 2))):
        began = BEGAN + timedelta(minutes=minute)
        evaluating.run(model, model=model, summary={"exact": {"mean": mean}}, began=began)
    rows = ranked(text(alice_client, f"{LEADERS}/b", sort="0"))
    assert rows == ["three :v0 2 Best", "two :v0 1", f"one :v0 1{'0' * 199}"]


def test_what_is_no_leaderboard_is_not_found(alice_client: Client, evaluating: Evaluating) -> None:
    evaluating.evaluation("sums")
    for name in ("sums", "nothing", "%00"):
        for rest in ("", "/edit"):
            assert alice_client.get(f"{LEADERS}/{name}{rest}").status_code == 404


def draft(ref: str, **said: Any) -> dict[str, Any]:
    columns = [value_of(ref, "exact", "mean"), value_of(ref, "near", "off.mean")]
    return {"name": "My & board", "description": "a\r\nb", "column": columns, "better": ["higher", "lower"], **said}


def test_one_is_made_in_the_page_in_the_clients_own_form(alice_client: Client, evaluating: Evaluating) -> None:
    ref = evaluating.evaluation()
    evaluating.run("one", summary={"exact": {"mean": 1}, "near": {"off": {"mean": 2}}})
    page = text(alice_client, NEW)
    assert "sums:v0 · near.off.mean" in page
    answer = alice_client.post(NEW, draft(ref))
    assert answer.headers["Location"] == f"{LEADERS}/My-board"
    made = Object.objects.get(object_id="My-board")
    assert (made.base_class, made.version) == ("Leaderboard", 0)
    assert (
        json_text.load(made.val)
        == Board("My & board", "a\nb", (Column(ref, "exact", "mean"), Column(ref, "near", "off.mean", True))).document()
    )


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "&&&"}, "The name needs a letter or a digit"),
        ({"column": [], "better": []}, "Add a column"),
        ({"column": ["nonsense", "[]"]}, "Choose a metric for every column"),
        ({"column": ['["x", "y", "z"]', "{}"]}, "Choose a metric for every column"),
        ({"column": [""], "better": ["lower"]}, "Choose a metric for every column"),
        ({"better": ["lower"]}, "says which way is better"),
        ({"column": ["x"] * 51, "better": ["lower"] * 51}, "at most 50 columns"),
    ],
)
def test_what_is_not_in_order_is_said_and_nothing_is_published(
    alice_client: Client, evaluating: Evaluating, said: Any, sentence: str
) -> None:
    answer = alice_client.post(NEW, draft(evaluating.evaluation(), **said))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Object.objects.filter(base_class="Leaderboard").exists()


def test_a_name_that_is_taken_is_refused(alice_client: Client, board: str, evaluating: Evaluating) -> None:
    answer = alice_client.post(NEW, draft(evaluating.evaluation(), name="My board"))
    assert answer.status_code == 422
    assert "choose another name" in answer.content.decode()


def test_a_change_is_a_new_version(alice_client: Client, board: str, evaluating: Evaluating) -> None:
    page = text(alice_client, f"{board}/edit")
    based_on = page.partition('name="based_on" value="')[2].partition('"')[0]
    selected = re.findall(r'<option value="[^"]*"[^>]* selected>([^<]*)', page.partition("<template data-column")[0])
    assert selected == ["sums:v0 · exact.mean", "Higher is better", "sums:v0 · near.off.mean", "Lower is better"]
    answer = alice_client.post(f"{board}/edit", draft(evaluating.evaluation(), based_on=based_on, name="Other"))
    assert answer.headers["Location"] == board
    versions = Object.objects.filter(object_id="My-board").order_by("version")
    assert [one.version for one in versions] == [0, 1]
    assert "<h1>Other</h1>" in text(alice_client, board)


def test_a_change_of_what_somebody_changed_meanwhile_is_refused(
    alice_client: Client, board: str, evaluating: Evaluating
) -> None:
    first = Object.objects.get(object_id="My-board")
    evaluating.board("My-board", Board("Another", "", (Column(evaluating.evaluation(), "exact", "mean"),)))
    answer = alice_client.post(f"{board}/edit", draft(evaluating.evaluation(), based_on=first.digest))
    assert answer.status_code == 422
    assert "Version 1 was published meanwhile" in answer.content.decode()


def test_a_change_back_to_an_earlier_version_is_refused_and_names_it(
    alice_client: Client, board: str, evaluating: Evaluating
) -> None:
    ref = evaluating.evaluation()
    first = Object.objects.get(object_id="My-board")
    both = draft(ref, name="My board", description="Who adds *best*", based_on=first.digest)
    one = both | {"column": both["column"][:1], "better": ["higher"]}
    assert alice_client.post(f"{board}/edit", one).status_code == 302
    second = Object.objects.get(object_id="My-board", version=1)
    answer = alice_client.post(f"{board}/edit", both | {"based_on": second.digest})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Version 0 says exactly this" in page
    assert "near.off.mean</option>" in page.partition("<template data-column")[0]
    again = both | {"based_on": second.digest, "description": "Both again"}
    assert alice_client.post(f"{board}/edit", again).status_code == 302
    assert "near.off.mean" in text(alice_client, board)


def test_a_version_that_says_what_the_newest_says_is_that_one(
    alice_client: Client, board: str, evaluating: Evaluating
) -> None:
    first = Object.objects.get(object_id="My-board")
    same = draft(evaluating.evaluation(), name="My board", description="Who adds *best*", based_on=first.digest)
    assert alice_client.post(f"{board}/edit", same).headers["Location"] == board
    assert Object.objects.filter(object_id="My-board").count() == 1


def test_one_can_be_deleted_and_made_again(alice_client: Client, board: str, evaluating: Evaluating) -> None:
    assert alice_client.get(f"{board}/delete").status_code == 405
    assert alice_client.post(f"{board}/delete").headers["Location"] == LEADERS
    assert alice_client.get(board).status_code == 404
    assert "My board" not in text(alice_client, LEADERS).partition("<tbody>")[2]
    assert alice_client.post(NEW, draft(evaluating.evaluation(), name="My board")).headers["Location"] == board


def test_hostile_names_are_text(alice_client: Client, evaluating: Evaluating) -> None:
    ref = evaluating.evaluation(name=HOSTILE.replace("/", ""))
    columns = (Column(ref, HOSTILE, "mean"), Column(HOSTILE, "x", HOSTILE))
    evaluating.run("one", name=HOSTILE, model=HOSTILE, summary={HOSTILE: {"mean": 1}})
    evaluating.board("b", Board(HOSTILE, HOSTILE, columns))
    for url in (LEADERS, f"{LEADERS}/b", f"{LEADERS}/b/edit"):
        page = text(alice_client, url)
        assert HOSTILE not in page
        assert escape(HOSTILE) in page


@pytest.mark.parametrize("rest", ["", "/My-board", "/My-board/edit", "/My-board/delete"])
def test_a_stranger_finds_nothing(charlie_client: Client, board: str, rest: str) -> None:
    assert charlie_client.get(f"{LEADERS}{rest}").status_code in (404, 405)
    assert charlie_client.post(f"{LEADERS}{rest}").status_code in (404, 405)
    assert charlie_client.get(NEW).status_code == 404
    assert Object.objects.get(object_id="My-board").deleted_at is None


def test_outputs_of_runs_are_read_a_piece_at_a_time(
    alice_client: Client, board: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "PIECE", 2, raising=False)
    whole = ranked(text(alice_client, board))
    with CaptureQueriesContext(connection) as queries:
        assert ranked(text(alice_client, board)) == whole
    reading = [query["sql"] for query in queries if '"output"' in query["sql"]]
    assert len(reading) == 2


def test_it_takes_few_queries(
    alice_client: Client, board: str, evaluating: Evaluating, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        evaluating.run(f"run-{number}", model=f"model {number}", began=BEGAN + timedelta(hours=number + 1))
    text(alice_client, board)
    for url in (LEADERS, board, f"{board}/edit", NEW):
        with django_assert_max_num_queries(12):
            text(alice_client, url)
