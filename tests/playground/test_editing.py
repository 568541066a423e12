"""Editing, deleting, clearing: over HTTP, told to every tab, refused while the lane is answering."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from playground.doors import message_of
from playground.models import Answer, Lane, Message
from playground.views import messages


@pytest.fixture
def question(lane: Lane) -> Message:
    return Message.objects.create(lane=lane, role="user", text="What is 2 < 3?")


@pytest.fixture
def answer(lane: Lane, question: Message) -> Answer:
    message = Message.objects.create(lane=lane, role="assistant", text="It *is*.")
    return Answer.objects.create(message=message, lane=lane, model="some/model", state="done", completion_tokens=3)


@pytest.fixture
def running(answer: Answer) -> Answer:
    answer.state = "streaming"
    answer.save()
    return answer


@pytest.mark.django_db(transaction=True)
def test_a_message_is_opened_for_editing_outside_of_any_transaction(alice_client: Client, question: Message) -> None:
    assert "What is 2 &lt; 3?" in alice_client.get(f"/playground/messages/{question.pk}/edit").content.decode()


@pytest.mark.parametrize("character", ["漢", "\N{SLIGHTLY SMILING FACE}", "\n"])
def test_a_long_text_is_kept_in_any_script(alice_client: Client, question: Message, character: str) -> None:
    text = f"From {character * 900_000} to here."
    assert alice_client.post(f"/playground/messages/{question.pk}/edit", {"text": text}).status_code == 200
    form = urlencode({"draft": text})
    comparison = question.lane.comparison
    address, kind = f"/playground/{comparison.pk}/draft", "application/x-www-form-urlencoded"
    assert alice_client.post(address, form, content_type=kind).status_code == 204
    question.refresh_from_db()
    comparison.refresh_from_db()
    assert [question.text, comparison.draft] == [text, text]


def test_an_edited_answer_is_a_message_like_any_other(alice_client: Client, answer: Answer, lane: Lane) -> None:
    page = alice_client.post(f"/playground/messages/{answer.pk}/edit", {"text": "It\r\nis."}).content.decode()
    message = Message.objects.get(pk=answer.pk)
    assert message.text == "It\nis."
    assert message.edited_at is not None
    assert not Answer.objects.exists()
    assert "Edited" in page
    lane.refresh_from_db()
    assert lane.revision == 1


@pytest.mark.parametrize(("at", "status"), [(1, 409), (2, 404)])
def test_a_message_that_another_tab_deletes_meanwhile_is_gone(
    alice_client: Client, question: Message, monkeypatch: pytest.MonkeyPatch, at: int, status: int
) -> None:
    """Before it is edited, or before it is shown."""
    looks = iter((1, 2))

    def found_too_late(*asked: Any) -> Message:
        found = message_of(*asked)
        if next(looks) == at:
            Message.objects.filter(pk=found.pk).delete()
        return found

    monkeypatch.setattr(messages, "message_of", found_too_late)
    response = alice_client.post(f"/playground/messages/{question.pk}/edit", {"text": "What is 3 < 2?"})
    assert response.status_code == status
    assert not Message.objects.exists()


def test_a_message_cannot_be_emptied(alice_client: Client, question: Message) -> None:
    page = alice_client.post(f"/playground/messages/{question.pk}/edit", {"text": ""}).content.decode()
    assert "Delete it instead" in page
    question.refresh_from_db()
    assert question.text != ""


def test_what_was_written_is_kept_where_it_is_refused(alice_client: Client, question: Message) -> None:
    address = f"/playground/messages/{question.pk}/edit"
    page = alice_client.post(address, {"text": "Much too much " * 100_000}).content.decode()
    assert page.count("Much too much ") == 100_000
    assert 'aria-invalid="true"' in page


def test_a_first_line_that_is_empty_stays_so(alice_client: Client, question: Message) -> None:
    Message.objects.update(text="\nWell?")
    # HTML drops the line break that follows the tag.
    assert ">\n\nWell?</textarea>" in alice_client.get(f"/playground/messages/{question.pk}/edit").content.decode()


def test_a_message_is_deleted_alone(alice_client: Client, question: Message, answer: Answer) -> None:
    assert alice_client.post(f"/playground/messages/{question.pk}/delete").status_code == 204
    assert [message.pk for message in Message.objects.all()] == [answer.pk]


def test_clearing_asks_first(alice_client: Client, lane: Lane, answer: Answer) -> None:
    assert "<dialog" in alice_client.get(f"/playground/lanes/{lane.pk}/clear").content.decode()
    assert lane.messages.count() == 2
    assert alice_client.post(f"/playground/lanes/{lane.pk}/clear").headers["hx-trigger"] == "dialog-close"
    assert lane.messages.count() == 0


@pytest.mark.parametrize("address", ["messages/{0}/edit", "messages/{0}/delete", "lanes/{1}/clear"])
def test_a_lane_that_is_answering_is_left_alone(
    alice_client: Client, running: Answer, lane: Lane, address: str
) -> None:
    response = alice_client.post("/playground/" + address.format(running.pk, lane.pk), {"text": "New"})
    assert response.status_code == 409
    assert "Lane A is still answering." in response.content.decode()
    assert lane.messages.count() == 2


def test_the_raw_text_is_never_html(alice_client: Client, question: Message) -> None:
    response = alice_client.get(f"/playground/messages/{question.pk}/text")
    assert response.content.decode() == "What is 2 < 3?"
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["x-content-type-options"] == "nosniff"


def test_details_show_the_figures_and_the_request(alice_client: Client, answer: Answer) -> None:
    request = {"body": {"model": "some/model", "messages": []}}
    Answer.objects.update(request=request, certainty="estimated", cost=4_100_000_000)
    page = alice_client.get(f"/playground/answers/{answer.pk}").content.decode()
    assert "Estimated here" in page
    assert "$0.0041" in page
    sent = f"/playground/answers/{answer.pk}/sent"
    assert sent in page
    assert "&quot;model&quot;: &quot;some/model&quot;" in alice_client.get(sent).content.decode()


@pytest.mark.parametrize("address", ["messages/{0}", "messages/{0}/text", "messages/{0}/edit", "answers/{0}"])
def test_it_refuses_a_stranger(charlie_client: Client, answer: Answer, address: str) -> None:
    assert charlie_client.get("/playground/" + address.format(answer.pk)).status_code == 404
