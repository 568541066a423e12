from django.test import Client

from inference_catalog.models import Model
from playground.models import Comparison, Lane


def test_it_shows_a_lane_for_each_model(alice_client: Client, comparison: Comparison) -> None:
    page = alice_client.get(comparison.get_absolute_url()).content.decode()
    assert f'data-socket="/ws/playground/{comparison.pk}"' in page
    assert 'data-lane="A"' in page
    assert 'data-lane="B"' in page
    assert 'data-state="idle"' in page


def test_it_refuses_a_stranger(charlie_client: Client, comparison: Comparison) -> None:
    assert charlie_client.get(comparison.get_absolute_url()).status_code == 404
    assert charlie_client.get(f"/playground/{comparison.pk}/board").status_code == 404


def test_it_opens_for_a_member_with_whom_it_is_shared(bob_client: Client, comparison: Comparison) -> None:
    assert bob_client.get(comparison.get_absolute_url()).status_code == 404
    Comparison.objects.update(sharing="read")
    assert bob_client.get(comparison.get_absolute_url()).status_code == 200


def test_models_in_the_address_open_a_new_comparison(alice_client: Client, models: list[Model]) -> None:
    response = alice_client.get("/playground", {"models": ",".join(model.model_id for model in models)})
    comparison = Comparison.objects.get()
    assert response.headers["location"] == f"/playground/{comparison.pk}"
    assert [str(lane) for lane in comparison.lanes.select_related("model")] == [
        f"A: {models[0].pk}",
        f"B: {models[1].pk}",
    ]


def test_an_untouched_comparison_is_used_again(alice_client: Client, comparison: Comparison) -> None:
    ids = ",".join(lane.model.model_id for lane in comparison.lanes.all())
    assert alice_client.get("/playground", {"models": ids}).headers["location"] == comparison.get_absolute_url()
    Comparison.objects.filter(pk=comparison.pk).update(draft="half a thought")
    assert alice_client.get("/playground", {"models": ids}).headers["location"] != comparison.get_absolute_url()


def test_one_that_others_can_read_is_not_used_again(alice_client: Client, comparison: Comparison) -> None:
    ids = ",".join(lane.model.model_id for lane in comparison.lanes.all())
    Comparison.objects.update(sharing="read")
    assert alice_client.get("/playground", {"models": ids}).headers["location"] != comparison.get_absolute_url()


def test_an_unknown_model_is_named(alice_client: Client, comparison: Comparison) -> None:
    response = alice_client.get("/playground", {"models": "no/such-model"})
    assert response.status_code == 404
    assert "There is no model called no/such-model." in response.content.decode()


def test_more_than_eight_models_are_refused(alice_client: Client, project: object) -> None:
    response = alice_client.get("/playground", {"models": ",".join(f"m{n}" for n in range(9))})
    assert "at most 8 lanes" in response.content.decode()


def test_it_opens_the_latest_comparison_or_offers_a_start(alice_client: Client, models: list[Model]) -> None:
    assert "Start with" in alice_client.get("/playground").content.decode()
    response = alice_client.post("/playground/new")
    assert alice_client.get("/playground").headers["location"] == response.headers["location"]


def test_the_board_alone_is_a_fragment(alice_client: Client, comparison: Comparison, lane: Lane) -> None:
    board = alice_client.get(f"/playground/{comparison.pk}/board").content.decode()
    assert board.lstrip().startswith('<section class="board"')
