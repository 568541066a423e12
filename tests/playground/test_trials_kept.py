"""Trials as settings and as rows: set, shown, spread, copied, taken out and brought back."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from playground.models import Answer, Comparison, Lane, Message


@pytest.fixture
def trials(lane: Lane) -> list[Message]:
    """Three finished ones, of which the second is chosen, and a failed one."""
    Lane.objects.filter(pk=lane.pk).update(trials=4)
    Message.objects.create(lane=lane, role="user", text="Well?")
    together = uuid.uuid4()
    made = []
    for number, tokens in enumerate([300, 100, 200, None], start=1):
        place = {"trials": together, "trial": number, "is_chosen": number == 2}
        message = Message.objects.create(lane=lane, role="assistant", text=f"Trial {number} says so.", **place)
        fields: dict[str, Any] = {"state": "failed", "error": {"code": "x", "who": "limit", "message": "No room."}}
        if tokens:
            figures = {"cost": tokens * 10**8, "ttft_ms": tokens, "duration_ms": tokens * 10}
            fields = {"state": "done", "completion_tokens": tokens, "certainty": "reported", **figures}
        Answer.objects.create(message=message, lane=lane, trial=number, model="m", **fields)
        made.append(message)
    return made


def page_of(client: Client, comparison: Comparison) -> str:
    return client.get(comparison.get_absolute_url()).content.decode()


def test_the_chosen_one_is_shown_and_is_the_latest(
    alice_client: Client, comparison: Comparison, trials: list[Message]
) -> None:
    page = page_of(alice_client, comparison)
    assert page.count("data-trial-list") == 1
    for message in trials:
        [tag] = [line for line in page.splitlines() if f'data-message="{message.pk}"' in line]
        assert (" hidden" in tag, "data-chosen" in tag) == (not message.is_chosen, message.is_chosen)
    assert page.count('data-answer="latest"') == 1
    assert f'data-answer="latest" data-answer-id="{trials[1].pk}"' in page
    assert ">2 of 4<" in page


def test_the_spread_has_least_median_and_most_of_those_that_finished(
    alice_client: Client, comparison: Comparison, trials: list[Message]
) -> None:
    page = page_of(alice_client, comparison)
    for text in (
        "100 – <strong>200</strong> – 300 tokens",
        "TTFT 0.10 s – <strong>0.20 s</strong> – 0.30 s",
        "time 1.0 s – <strong>2.0 s</strong> – 3.0 s",
        "cost $0.010 – <strong>$0.020</strong> – $0.030",
        "$0.060 in all",
        "1 failed",
    ):
        assert text in page
    [row] = [part for part in page.split("<tr ") if part.startswith('data-trial-row="2"')]
    assert "In use" in row
    assert row.count("data-best-trial") == 3, "the quickest to begin and to end, and the cheapest"


def test_a_trial_that_calls_functions_is_no_whole_answer_to_be_the_best(
    alice_client: Client, comparison: Comparison, trials: list[Message]
) -> None:
    call = {"id": "a", "name": "f", "arguments": "{}"}
    Message.objects.filter(pk=trials[1].pk).update(tool_calls=[call])
    rows = page_of(alice_client, comparison).split("data-trial-row=")
    assert ["data-best-trial" in row.split("</tr>")[0] for row in rows[1:]] == [False, False, True, False]


def test_an_answers_breakdown_and_request_name_the_trial(alice_client: Client, trials: list[Message]) -> None:
    for number, message in enumerate(trials, start=1):
        for path in ("", "/sent"):
            shown = alice_client.get(f"/playground/answers/{message.pk}{path}").content.decode()
            assert f"of lane A, trial {number} of 4</h2>" in shown
    Message.objects.filter(pk__in=[message.pk for message in trials[1:]]).delete()
    assert "Answer of lane A</h2>" in alice_client.get(f"/playground/answers/{trials[0].pk}").content.decode()


def test_the_number_is_a_setting_of_one_lane_of_all_and_of_the_table(
    alice_client: Client, comparison: Comparison, lane: Lane
) -> None:
    address = f"/playground/lanes/{lane.pk}/settings"
    assert alice_client.post(address, {"is_traced": "on", "trials": "5"}).status_code == 204
    lane.refresh_from_db()
    assert (lane.trials, lane.settings, lane.customized) == (5, {}, ["Trials"])
    shared = f"/playground/{comparison.pk}/settings"
    assert "data-differs" in alice_client.get(shared).content.decode()
    alice_client.post(shared, {"is_traced": "on", "trials": ""})
    assert [each.trials for each in comparison.lanes.all()] == [5, 1], "what differs and stands empty is left alone"
    alice_client.post(shared, {"is_traced": "on", "trials": "1"})
    assert [each.trials for each in comparison.lanes.all()] == [1, 1]
    assert alice_client.post(f"{shared}/table", {f"{lane.pk}-trials": "3"}).status_code == 204
    assert [each.trials for each in comparison.lanes.all()] == [3, 1]


@pytest.mark.parametrize("wrong", ["0", "11", "-1", "two"])
def test_a_number_that_cannot_be_is_refused(alice_client: Client, lane: Lane, wrong: str) -> None:
    page = alice_client.post(f"/playground/lanes/{lane.pk}/settings", {"is_traced": "on", "trials": wrong})
    assert "errorlist" in page.content.decode()
    lane.refresh_from_db()
    assert lane.trials == 1


def test_one_trial_is_no_change(alice_client: Client, lane: Lane) -> None:
    alice_client.post(f"/playground/lanes/{lane.pk}/settings", {"is_traced": "on", "trials": "1"})
    lane.refresh_from_db()
    assert (lane.revision, lane.is_customized) == (0, False)


def test_a_duplicated_lane_is_asked_for_as_many(alice_client: Client, comparison: Comparison, lane: Lane) -> None:
    Lane.objects.filter(pk=lane.pk).update(trials=3)
    alice_client.post(f"/playground/lanes/{lane.pk}/duplicate")
    assert comparison.lanes.get(letter="C").trials == 3


def kept(comparison: Comparison) -> Any:
    messages = Message.objects.filter(lane__comparison=comparison).order_by("trial", "pk")
    return [(each.role, each.text, each.trial, each.is_chosen, each.answer.cost) for each in messages if each.made_by]


def test_a_copy_has_all_trials(alice_client: Client, comparison: Comparison, trials: list[Message]) -> None:
    address = alice_client.post(f"/playground/{comparison.pk}/duplicate").headers["location"]
    copy = Comparison.objects.get(pk=address.rpartition("/")[2])
    assert kept(copy) == kept(comparison)
    assert len(kept(copy)) == 4
    assert copy.lanes.get(letter="A").trials == 4


def test_a_file_has_all_trials(alice_client: Client, comparison: Comparison, trials: list[Message]) -> None:
    content = alice_client.get(f"/playground/{comparison.pk}/export.json").content
    response = alice_client.post("/playground/import", {"file": SimpleUploadedFile("comparison.json", content)})
    copy = Comparison.objects.get(pk=response.headers["location"].rpartition("/")[2])
    assert kept(copy) == kept(comparison)
    assert alice_client.get(f"/playground/{copy.pk}/export.json").content == content


@pytest.mark.parametrize("wrong", [{"trial": 2}, {"trial": 0}, {"trial": 11}, {"trial": True}, {"role": "user"}])
def test_a_file_with_trials_that_cannot_be_is_refused(
    alice_client: Client, comparison: Comparison, trials: list[Message], wrong: dict[str, Any]
) -> None:
    read = json.loads(alice_client.get(f"/playground/{comparison.pk}/export.json").content)
    chosen = read["lanes"][0]["messages"][1]
    (chosen if "role" in wrong else chosen["other_trials"][0]).update(wrong)
    file = SimpleUploadedFile("comparison.json", json.dumps(read).encode())
    assert alice_client.post("/playground/import", {"file": file}).status_code == 422
    assert Comparison.objects.count() == 1


def test_an_older_file_has_one_trial_of_each(alice_client: Client, comparison: Comparison, lane: Lane) -> None:
    Message.objects.create(lane=lane, role="assistant", text="Alone")
    read = json.loads(alice_client.get(f"/playground/{comparison.pk}/export.json").content)
    for of in read["lanes"]:
        del of["trials"]
        for message in of["messages"]:
            del message["trial"], message["other_trials"]
    file = SimpleUploadedFile("comparison.json", json.dumps(read).encode())
    response = alice_client.post("/playground/import", {"file": file})
    copy = Comparison.objects.get(pk=response.headers["location"].rpartition("/")[2])
    assert [(each.trials, each.is_chosen) for each in Message.objects.filter(lane__comparison=copy)] == [(None, True)]


def test_markdown_has_the_chosen_one_and_says_so(
    alice_client: Client, comparison: Comparison, trials: list[Message]
) -> None:
    text = alice_client.get(f"/playground/{comparison.pk}/export.md").content.decode()
    assert "### Assistant: m (2 of 4)\n\nTrial 2 says so." in text
    assert "Trial 1 says so." not in text


def test_an_edited_trial_stays_in_its_place(
    alice_client: Client, comparison: Comparison, trials: list[Message]
) -> None:
    page = alice_client.post(f"/playground/messages/{trials[0].pk}/edit", {"text": "Better."}).content.decode()
    assert 'data-trial="1"' in page
    page = page_of(alice_client, comparison)
    assert "Better." in page
    assert "its figures were of another text" in page
    assert "150" in page, "the median of the two that are left"
