"""A trace: its tree, one call beside it, and what people say of it."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.tracing.pages.conftest import BEGAN, WEAVE, Log
from tracing import files, publishing
from tracing.models import Call, Feedback
from tracing.pages.spaces import Visitor
from tracing.traces import tree
from tracing.visits import Space

HOSTILE = "<script>alert(1)</script>"
CALL = f"{WEAVE}/calls/"
FEEDBACK = f"{WEAVE}/call-feedback/one"
HTMX = {"HX-Request": "true"}


def page_of(client: Client, address: str, **asked: Any) -> str:
    answer = client.get(address, **asked)
    assert answer.status_code == 200
    return answer.content.decode()


def shown(page: str) -> list[str]:
    """IDs of the calls in a tree, in their order."""
    return [
        unescape(link) for link in re.findall(r'data-call-link[^>]*|href="[^"]*/calls/([^"]+)" hx-get', page) if link
    ]


def family(log: Log, parent: str, count: int, **said: Any) -> None:
    for number in range(count):
        began = BEGAN + timedelta(milliseconds=10 * number)
        log(f"{parent}-{number}", parent_id=parent, trace_id="one", started_at=began, seconds=0.01, **said)


def asked_for(page: str, what: str) -> list[str]:
    return [unescape(url) for url in re.findall(rf'hx-get="([^"]*/{what}/[^"]*)"', page)]


def test_a_call_stands_in_its_tree(alice_client: Client, log: Log) -> None:
    log("one", op_name="outermost", seconds=2)
    log("two", op_name="inner", parent_id="one", trace_id="one")
    log("three", op_name="innermost", parent_id="two", trace_id="one")
    for call_id in ("one", "two", "three"):
        page = page_of(alice_client, CALL + call_id)
        assert shown(page) == ["one", "two", "three"]
        (current,) = re.findall(r'href="([^"]+)"[^>]*aria-current="true"', page)
        assert current.endswith(f"/calls/{call_id}")
    assert "left: 0.00%; width: 100.00%" in page
    assert "left: 0.00%; width: 50.00%" in page


def test_of_thousands_of_children_a_page_is_shown_and_the_rest_asked_for(alice_client: Client, log: Log) -> None:
    log("one")
    family(log, "one", 250)
    page = page_of(alice_client, f"{CALL}one")
    assert len(shown(page)) == 1 + tree.CHILDREN
    (more,) = asked_for(page, "call-children")
    second = page_of(alice_client, more)
    assert shown(second)[0] == "one-100"
    (more,) = asked_for(second, "call-children")
    last = page_of(alice_client, more)
    assert shown(last) == [f"one-{number}" for number in range(200, 250)]
    assert asked_for(last, "call-children") == []


def test_a_call_far_down_a_long_list_is_in_the_tree(alice_client: Client, log: Log) -> None:
    log("one")
    family(log, "one", 250)
    page = page_of(alice_client, f"{CALL}one-160")
    assert shown(page) == ["one", *(f"one-{number}" for number in range(100, 200))]
    earlier, later = asked_for(page, "call-children")
    assert shown(page_of(alice_client, earlier)) == [f"one-{number}" for number in range(100)]
    assert shown(page_of(alice_client, later)) == [f"one-{number}" for number in range(200, 250)]


def test_what_is_not_shown_of_a_large_tree_is_opened(
    alice_client: Client, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "CALLS", 3)
    log("one")
    family(log, "one", 2)
    family(log, "one-0", 2)
    page = page_of(alice_client, f"{CALL}one")
    assert shown(page) == ["one", "one-0", "one-1"]
    (more,) = asked_for(page, "call-children")
    assert shown(page_of(alice_client, more)) == ["one-0-0", "one-0-1"]


def test_calls_that_are_each_others_children_end_somewhere(alice_client: Client, log: Log) -> None:
    log("one", parent_id="two")
    log("two", parent_id="one")
    log("self", parent_id="self")
    assert sorted(shown(page_of(alice_client, f"{CALL}one"))) == ["one", "two"]
    assert shown(page_of(alice_client, f"{CALL}self")) == ["self"]


def test_a_parent_that_never_came_is_missed_by_nobody(alice_client: Client, log: Log) -> None:
    log("orphan", parent_id="nobody")
    assert shown(page_of(alice_client, f"{CALL}orphan")) == ["orphan"]


def test_calls_of_a_trace_are_found_by_name(alice_client: Client, log: Log) -> None:
    log("one", trace_id="one")
    family(log, "one", 3, op_name="look")
    log("named", parent_id="one", trace_id="one", display_name="ÉCLAIR")
    log("elsewhere", display_name="éclair")
    assert shown(page_of(alice_client, f"{WEAVE}/call-search/one?find=éclair")) == ["named"]
    assert len(shown(page_of(alice_client, f"{WEAVE}/call-search/one?find=LOOK"))) == 3
    assert len(shown(page_of(alice_client, f"{WEAVE}/call-search/one?find="))) == 5


def test_another_call_of_the_tree_comes_alone(alice_client: Client, log: Log) -> None:
    log("one", output={"answer": 42})
    page = page_of(alice_client, f"{CALL}one", headers=HTMX)
    assert page.lstrip().startswith("<section")
    assert "answer" in page


def test_usage_and_cost_are_told_by_model(alice_client: Client, log: Log) -> None:
    used = {"requests": 2, "prompt_tokens": 1200, "completion_tokens": 34, "total_tokens": 1234}
    log("one", summary={"usage": {"maker/model": used}})
    page = page_of(alice_client, f"{CALL}one")
    assert "1,200 in, 34 out" in page
    assert re.search(r'<th scope="row">maker/model</th>.*1,234', page)


@pytest.mark.parametrize(
    ("exception", "said"),
    [
        (
            json.dumps({"type": "ValueError", "message": f"no {HOSTILE}", "traceback": ["line 1", "line 2"]}),
            "ValueError",
        ),
        (f"plain {HOSTILE}", "plain"),
        ("[1, 2]", "[1, 2]"),
        ("{", "{"),
    ],
)
def test_what_it_raised_is_shown(alice_client: Client, log: Log, exception: str, said: str) -> None:
    log("one", exception=exception)
    page = page_of(alice_client, f"{CALL}one")
    assert said in page
    assert HOSTILE not in page


def test_its_code_is_that_of_its_ops_version(alice_client: Client, log: Log, alice: User, space: Space) -> None:
    code = files.keep(space, f"def f():\n    return '{HOSTILE}'".encode(), None)
    op = {"_type": "CustomWeaveType", "weave_type": {"type": "Op"}, "files": {"obj.py": code}}
    made = publishing.publish(Visitor(alice), space, "f", op, None)
    log("one", op_name=f"weave:///{space.path}/op/f:{made.digest}")
    page = page_of(alice_client, f"{WEAVE}/call-code/one")
    assert "def f():" in page
    assert HOSTILE not in page
    log("two", op_name="f")
    assert "No code was published" in page_of(alice_client, f"{WEAVE}/call-code/two")


def test_while_it_runs_the_tree_is_asked_for_again_and_comes_when_it_changed(alice_client: Client, log: Log) -> None:
    log("one", running=True)
    page = page_of(alice_client, f"{CALL}one")
    (live,) = asked_for(page, "call-tree")
    assert alice_client.get(live).status_code == 204
    log("two", parent_id="one", trace_id="one")
    changed = page_of(alice_client, live)
    assert shown(changed) == ["one", "two"]
    assert "hx-swap-oob" not in changed
    log("one", output={"done": True})
    ended = page_of(alice_client, live)
    assert "hx-swap-oob" in ended
    assert "data-live" not in ended


def test_a_reaction_is_given_and_taken_back(alice_client: Client, bob_client: Client, log: Log) -> None:
    log("one")
    alice_client.post(FEEDBACK, {"sign": "👍"}, headers=HTMX)
    page = bob_client.post(FEEDBACK, {"sign": "👍"}, headers=HTMX).content.decode()
    assert 'title="alice, bob"' in page
    row = Feedback.objects.first()
    assert row
    assert (row.feedback_type, json.loads(row.payload)) == ("wandb.reaction.1", {"emoji": "👍"})
    alice_client.post(FEEDBACK, {"sign": "👍"}, headers=HTMX)
    assert [row.user and row.user.username for row in Feedback.objects.all()] == ["bob"]


def test_notes_are_added_and_ones_own_deleted(alice_client: Client, bob_client: Client, log: Log) -> None:
    log("one")
    alice_client.post(FEEDBACK, {"note": f"Look {HOSTILE}"}, headers=HTMX)
    page = page_of(bob_client, f"{CALL}one")
    assert "Look &lt;script&gt;" in page
    assert "Delete this note" not in page
    note = Feedback.objects.get()
    bob_client.post(FEEDBACK, {"withdrawn": note.feedback_id})
    assert Feedback.objects.count() == 1
    assert alice_client.post(FEEDBACK, {"withdrawn": note.feedback_id}).headers["Location"] == f"{CALL}one"
    assert Feedback.objects.count() == 0


@pytest.mark.parametrize("said", [{"sign": "x" * 17}, {"note": "x" * 10_001}])
def test_feedback_is_as_long_as_it_may_be(alice_client: Client, log: Log, said: dict[str, str]) -> None:
    log("one")
    assert alice_client.post(FEEDBACK, said).status_code == 400


def test_hostile_feedback_is_text(alice_client: Client, log: Log, space: Space) -> None:
    log("one")
    for number, (kind, payload) in enumerate(
        [
            ("wandb.reaction.1", {"emoji": "<script>"}),
            ("wandb.reaction.1", [HOSTILE]),
            ("wandb.note.1", {"note": HOSTILE}),
            ("wandb.note.1", HOSTILE),
            (HOSTILE, {HOSTILE: HOSTILE}),
        ]
    ):
        Feedback.objects.create(
            project_id=space.project_id,
            feedback_id=f"{number}",
            weave_ref=f"weave:///{space.path}/call/one",
            feedback_type=kind,
            creator=HOSTILE,
            payload=json.dumps(payload),
        )
    for address in (f"{CALL}one", f"{WEAVE}/traces"):
        assert "<script>" not in page_of(alice_client, address).replace('<script src="', "").replace("<script type", "")


def test_a_call_that_was_deleted_is_not_there(alice_client: Client, log: Log) -> None:
    log("one")
    Call.objects.update(deleted_at=BEGAN)
    assert alice_client.get(f"{CALL}one").status_code == 404
