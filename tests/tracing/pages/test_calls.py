"""The table of traces: which calls, in which order, with which columns, and as files."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client

from accounts.models import Project, User
from tests.tracing.pages.conftest import BEGAN, WEAVE, Log
from tracing import piecemeal
from tracing.models import Feedback
from tracing.traces import finding, sheets, table
from tracing.visits import Space

TABLE = f"{WEAVE}/traces"


def ids(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"{TABLE}?{query}")
    assert answer.status_code == 200
    return re.findall(r'<tr data-call="([^"]+)"', answer.content.decode())


def cells(client: Client, query: str = "") -> list[list[str]]:
    page = client.get(f"{TABLE}?{query}").content.decode()
    rows = re.findall(r"<tr data-call.*?</tr>", page, re.DOTALL)
    return [[unescape(cell) for cell in re.findall(r'<td class="cell">([^<]*)</td>', row)] for row in rows]


def body_of(answer: Any) -> str:
    async def joined() -> bytes:
        return b"".join([part async for part in answer.streaming_content])

    return async_to_sync(joined)().decode()


@pytest.fixture
def three(log: Log) -> None:
    """A trace with a call below it, one that failed, and one that runs."""
    usage = {
        "usage": {"maker/model": {"requests": 1, "prompt_tokens": 30, "completion_tokens": 12, "total_tokens": 42}}
    }
    log(
        "root",
        op_name="answer",
        inputs={"question": "why", "n": 7},
        output={"text": "Because", "ok": True},
        summary=usage,
    )
    log("below", op_name="retrieve", parent_id="root", trace_id="root", inputs={"k": 3}, seconds=5)
    failed = BEGAN + timedelta(minutes=1)
    log(
        "failed",
        op_name="answer",
        inputs={"question": "WHO", "n": 12},
        output=None,
        exception="Oh no",
        started_at=failed,
        seconds=3,
    )
    log(
        "running",
        op_name="answer",
        inputs={"question": "when", "n": None},
        started_at=BEGAN + timedelta(hours=1),
        running=True,
    )


def test_whole_traces_come_newest_first(alice_client: Client, three: None) -> None:
    assert ids(alice_client) == ["running", "failed", "root"]
    assert ids(alice_client, "calls=all") == ["running", "failed", "below", "root"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("op=retrieve&calls=all", ["below"]),
        ("status=error", ["failed"]),
        ("status=running", ["running"]),
        ("status=success&calls=all", ["below", "root"]),
        ("since=2026-11-23T09:00:30", ["running", "failed"]),
        ("until=2026-11-23T09:00:30", ["root"]),
        ("text=because", ["root"]),
        ("text=OH+NO", ["failed"]),
        ("text=answer", ["running", "failed", "root"]),
        ("field=inputs.question&is=contains&value=wh", ["running", "failed", "root"]),
        ("field=inputs.question&is=equals&value=why", ["root"]),
        ("field=inputs.question&is=in&value=why,+when", ["running", "root"]),
        ("field=inputs.n&is=%3D&value=7", ["root"]),
        ("field=inputs.n&is=%21%3D&value=7", ["running", "failed"]),
        ("field=inputs.n&is=%3E&value=7", ["failed"]),
        ("field=inputs.n&is=%3E%3D&value=7", ["failed", "root"]),
        ("field=inputs.n&is=%3C&value=12", ["root"]),
        ("field=inputs.n&is=%3C%3D&value=12", ["failed", "root"]),
        ("field=inputs.n&is=empty&value=", ["running"]),
        ("field=inputs.n&is=some&value=", ["failed", "root"]),
        ("field=output.ok&is=equals&value=true", ["root"]),
        ("field=started_at&is=%3E&value=2026-11-23T09:00:30", ["running", "failed"]),
        ("field=summary.weave.latency_ms&is=%3E&value=2000", ["failed"]),
        ("field=inputs.n&is=%3E&value=5&field=inputs.question&is=equals&value=why", ["root"]),
        ("sort=latency", ["failed", "root", "running"]),
        ("sort=latency&order=ascending", ["root", "failed", "running"]),
        ("sort=tokens", ["root", "running", "failed"]),
        ("sort=inputs.question&order=ascending", ["failed", "running", "root"]),
        ("sort=called&order=ascending", ["root", "failed", "running"]),
    ],
)
def test_calls_are_found_and_sorted(alice_client: Client, three: None, query: str, found: list[str]) -> None:
    assert ids(alice_client, query) == found


def test_only_whom_somebody_asks_for(alice_client: Client, three: None, alice: User, bob: User) -> None:
    assert len(ids(alice_client, f"user={alice.pk}")) == 3
    assert ids(alice_client, f"user={bob.pk}") == []


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("field=inputs.n&is=%3E&value=many", "is no number"),
        ("field=nonsense&is=equals&value=1", "no field"),
        ("field=inputs.n&is=in&value=,", "values between commas"),
        ("field=started_at&is=contains&value=1", "cannot be looked for"),
        ("field=started_at&is=%3E&value=yesterday", "is no time"),
        ("sort=nonsense", "The order was not understood"),
    ],
)
def test_a_condition_that_cannot_be_meant_is_said_and_left_out(
    alice_client: Client, three: None, query: str, sentence: str
) -> None:
    assert sentence in alice_client.get(f"{TABLE}?{query}").content.decode()
    assert len(ids(alice_client, query)) == 3


def test_columns_come_from_what_calls_have_or_are_chosen(alice_client: Client, three: None) -> None:
    assert cells(alice_client) == [["when", "", "", ""], ["WHO", "12", "", ""], ["why", "7", "Because", "true"]]
    assert cells(alice_client, "column=output.text&column=inputs.missing") == [["", ""], ["", ""], ["Because", ""]]
    assert cells(alice_client, "column=none") == [[], [], []]


def test_a_part_of_a_long_document_is_still_a_cell(alice_client: Client, log: Log) -> None:
    log("long", inputs={"question": "why", "context": "x" * 200_000}, output="y" * 200_000)
    (row,) = cells(alice_client, "column=inputs.question&column=output&column=inputs.context")
    assert (row[0], row[1][:3], len(row[1]), row[2][:3]) == ("why", "yyy", 161, "xxx")


def test_pages_follow_one_another(alice_client: Client, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        log(f"call-{number}", started_at=BEGAN + timedelta(seconds=number))
    monkeypatch.setattr(table, "PAGE", 2)
    monkeypatch.setattr("tracing.traces.asking.PAGE", 2)
    assert ids(alice_client) == ["call-4", "call-3"]
    assert ids(alice_client, "start=4") == ["call-0"]
    assert 'rel="next" href="?start=2"' in alice_client.get(TABLE).content.decode()
    assert 'rel="next"' not in alice_client.get(f"{TABLE}?start=4").content.decode()


def test_the_second_page_leads_back_to_the_first(
    alice_client: Client, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "PAGE", 2)
    for number in range(3):
        log(f"call-{number}", started_at=BEGAN + timedelta(seconds=number))
    assert 'rel="prev"' not in alice_client.get(TABLE).content.decode()
    page = alice_client.get(f"{TABLE}?start=2").content.decode()
    earlier = re.search(r'rel="prev" href="\?([^"]*)"', page)
    assert earlier
    assert ids(alice_client, earlier[1]) == ["call-2", "call-1"]


def test_many_calls_are_not_all_looked_at_and_the_page_says_so(
    alice_client: Client, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        log(f"call-{number}", started_at=BEGAN + timedelta(seconds=number), inputs={"n": number})
    monkeypatch.setattr(finding, "NEWEST", 3)
    assert ids(alice_client, "field=inputs.n&is=%3C&value=4") == ["call-3", "call-2"]
    assert "Looked at the newest 3 calls" in alice_client.get(f"{TABLE}?text=ask").content.decode()
    assert "Looked at" not in alice_client.get(TABLE).content.decode()


def test_reactions_and_notes_stand_beside_their_call(alice_client: Client, three: None, space: Space) -> None:
    for sign in ("👍", "👍", "<b>"):
        Feedback.objects.create(
            project_id=space.project_id,
            feedback_id=f"{sign}{Feedback.objects.count()}",
            weave_ref=f"weave:///{space.path}/call/root",
            feedback_type="wandb.reaction.1",
            payload=json.dumps({"emoji": sign}),
        )
    page = alice_client.get(TABLE).content.decode()
    assert 'title="2 × 👍"' in page
    assert "&lt;b&gt;" in page


def test_a_tab_that_has_all_of_it_gets_nothing(alice_client: Client, three: None, log: Log) -> None:
    page = alice_client.get(TABLE).content.decode()
    (url,) = re.findall(r'hx-get="(\?[^"]*state=[^"]*)"', page)
    assert alice_client.get(TABLE + unescape(url), headers={"HX-Request": "true"}).status_code == 204
    log("new", started_at=BEGAN + timedelta(hours=2))
    answer = alice_client.get(TABLE + unescape(url), headers={"HX-Request": "true"})
    assert 'data-call="new"' in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_an_empty_project_says_how_to_begin(alice_client: Client, project: Project) -> None:
    assert "pip install weave" in alice_client.get(TABLE).content.decode()
    assert "No call fits" in alice_client.get(f"{TABLE}?status=error").content.decode()


def test_csv_has_what_is_shown_and_runs_in_no_spreadsheet(alice_client: Client, log: Log, three: None) -> None:
    log("hostile", inputs={"question": "=1+1"}, started_at=BEGAN - timedelta(days=1))
    text = body_of(alice_client.get(f"{TABLE}.csv?column=inputs.question&status=success"))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["id"], row["inputs.question"]) for row in rows] == [("root", "why"), ("hostile", "'=1+1")]
    assert (rows[0]["prompt_tokens"], rows[0]["completion_tokens"], rows[0]["total_tokens"]) == ("30", "12", "42")
    assert (rows[0]["op"], rows[0]["user"], rows[0]["latency_ms"]) == ("answer", "alice", "1000.0")


def test_csv_has_cells_of_long_calls_too(alice_client: Client, log: Log) -> None:
    log("long", inputs={"question": "why", "context": "x" * 200_000}, output="y" * 1_000 + "z" * 200_000)
    text = body_of(alice_client.get(f"{TABLE}.csv?column=inputs.question&column=output&column=inputs.context"))
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["inputs.question"] == "why"
    assert row["output"].startswith("y" * 1_000 + "z")
    assert [len(row[name]) for name in ("output", "inputs.context")] == [sheets.CELL + 1] * 2


def test_json_lines_have_whole_calls_in_small_pieces(
    alice_client: Client, three: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(piecemeal, "PIECE", 2)
    monkeypatch.setattr(piecemeal, "MOST_BYTES", 10)
    lines = [json.loads(line) for line in body_of(alice_client.get(f"{TABLE}.jsonl?calls=all")).splitlines()]
    assert [line["id"] for line in lines] == ["running", "failed", "below", "root"]
    assert lines[3]["inputs"] == {"question": "why", "n": 7}
