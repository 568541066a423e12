"""Lanes come, go and change."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.test import Client

from inference_catalog.models import Model
from playground import lanes
from playground.errors import Refusal
from playground.models import Comparison, Lane
from playground.sending import _free_lanes


def test_a_lane_takes_the_first_free_letter(alice_client: Client, comparison: Comparison, models: list[Model]) -> None:
    comparison.lanes.filter(letter="A").update(closed_at="2026-01-01T00:00Z")
    response = alice_client.post(f"/playground/{comparison.pk}/lanes", {"model": models[1].model_id})
    assert response.headers["hx-trigger"] == "menu-close"
    assert [(lane.letter, lane.model_id) for lane in comparison.lanes.open()] == [
        ("A", models[1].pk),
        ("B", models[1].pk),
    ]


def test_a_ninth_lane_is_refused(alice_client: Client, comparison: Comparison, models: list[Model]) -> None:
    for _ in range(6):
        alice_client.post(f"/playground/{comparison.pk}/lanes", {"model": models[0].model_id})
    response = alice_client.post(f"/playground/{comparison.pk}/lanes", {"model": models[0].model_id})
    assert response.status_code == 409
    assert "at most 8 lanes" in response.content.decode()


def test_a_lane_gets_another_model(alice_client: Client, lane: Lane, models: list[Model]) -> None:
    alice_client.post(f"/playground/lanes/{lane.pk}/model", {"model": models[1].model_id})
    lane.refresh_from_db()
    assert lane.model_id == models[1].pk


def test_an_unknown_model_is_refused(alice_client: Client, lane: Lane) -> None:
    response = alice_client.post(f"/playground/lanes/{lane.pk}/model", {"model": "no/such"})
    assert "There is no model called no/such." in response.content.decode()


def test_the_last_lane_stays(alice_client: Client, comparison: Comparison) -> None:
    a, b = comparison.lanes.all()
    assert alice_client.post(f"/playground/lanes/{a.pk}/close").status_code == 204
    assert alice_client.post(f"/playground/lanes/{b.pk}/close").status_code == 409
    assert [lane.letter for lane in comparison.lanes.open()] == ["B"]


@pytest.mark.django_db(transaction=True)
def test_of_the_last_two_lanes_one_stays_when_both_are_closed_at_once(comparison: Comparison) -> None:
    def close(lane: Lane) -> None:
        with suppress(Refusal), closing(connection):
            lanes.close(lane)

    with ThreadPoolExecutor(2) as people:
        list(people.map(close, comparison.lanes.all()))
    assert comparison.lanes.open().count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_lane_may_be_given_two_models_and_a_question_at_once(lane: Lane, models: list[Model]) -> None:
    """PostgreSQL looks again at a row that it waited for: the lane must not be missed then."""
    together = Barrier(len(models) + 1)

    def change(model: Model | None) -> None:
        with closing(connection):
            for _ in range(20):
                together.wait(60)
                if model:
                    lanes.change_model(lane, model)
                else:
                    with transaction.atomic():
                        assert len(_free_lanes(lane.comparison, [])) == 2

    with ThreadPoolExecutor(len(models) + 1) as people:
        list(people.map(change, [*models, None]))
    lane.refresh_from_db()
    assert lane.revision == 20 * len(models)


def test_a_duplicate_has_the_settings_too(alice_client: Client, comparison: Comparison, lane: Lane) -> None:
    Lane.objects.filter(pk=lane.pk).update(settings={"seed": 1}, system_prompt="Be brief.")
    alice_client.post(f"/playground/lanes/{lane.pk}/duplicate")
    copy = comparison.lanes.get(letter="C")
    assert (copy.model_id, copy.settings, copy.system_prompt) == (lane.model_id, {"seed": 1}, "Be brief.")


def test_the_picker_lists_models_and_leads_to_compare(alice_client: Client, lane: Lane) -> None:
    page = alice_client.get(f"/playground/lanes/{lane.pk}/picker").content.decode()
    assert "Serverless Inference" in page
    assert 'data-pick="microsoft/Phi-4-mini-instruct"' in page
    assert 'href="/inference" data-compare' in page


def test_settings_keep_only_what_was_set(alice_client: Client, lane: Lane) -> None:
    values = {"system_prompt": "Be brief.", "temperature": "0", "max_tokens": "", "stop": "END\r\n\r\n###", "seed": "7"}
    assert alice_client.post(f"/playground/lanes/{lane.pk}/settings", values).status_code == 204
    lane.refresh_from_db()
    assert lane.settings == {"temperature": 0.0, "stop": ["END", "###"], "seed": 7}
    assert lane.system_prompt == "Be brief."


@pytest.mark.parametrize(
    ("name", "value"),
    [("temperature", "3"), ("top_p", "-1"), ("max_tokens", "0"), ("stop", "a\nb\nc\nd\ne"), ("temperature", "nan")],
)
def test_settings_that_cannot_be_are_named(alice_client: Client, lane: Lane, name: str, value: str) -> None:
    page = alice_client.post(f"/playground/lanes/{lane.pk}/settings", {name: value}).content.decode()
    assert 'class="errorlist"' in page
    lane.refresh_from_db()
    assert lane.settings == {}


@pytest.mark.parametrize("verb", ["close", "clear", "model", "settings", "duplicate"])
def test_it_refuses_a_stranger(charlie_client: Client, lane: Lane, verb: str) -> None:
    assert charlie_client.post(f"/playground/lanes/{lane.pk}/{verb}").status_code == 404
