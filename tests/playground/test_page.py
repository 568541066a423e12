import re

import pytest
from django.test import Client

from inference_catalog.models import Model
from playground import paging
from playground.models import Comparison, Lane, Message


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


def shown(page: str) -> list[str]:
    return re.findall(r'data-message="([0-9a-f-]+)"', page)


@pytest.fixture
def said(lane: Lane) -> list[str]:
    """The ids of a long transcript, whose one answer is its first message but one."""
    roles = ["user", "assistant", *["user"] * 2 * paging.TAIL]
    return [str(Message.objects.create(lane=lane, role=role, text=f"{role} {at}").pk) for at, role in enumerate(roles)]


def test_what_is_earlier_in_a_long_transcript_follows_the_page(
    alice_client: Client, comparison: Comparison, said: list[str]
) -> None:
    page = alice_client.get(comparison.get_absolute_url()).content.decode()
    assert shown(page) == said[-paging.TAIL :]
    [address] = re.findall(r'data-earlier="([^"]+)"', page)
    rest = alice_client.get(address).content.decode()
    assert shown(rest) == said[: -paging.TAIL]
    assert rest.count('data-answer="latest"') == 1


def test_a_short_transcript_has_nothing_earlier(alice_client: Client, comparison: Comparison, lane: Lane) -> None:
    for number in range(paging.TAIL):
        Message.objects.create(lane=lane, role="user", text=str(number))
    page = alice_client.get(comparison.get_absolute_url()).content.decode()
    assert len(shown(page)) == paging.TAIL
    assert "data-earlier" not in page


@pytest.mark.parametrize("before", ["", "no-id", "01a207b5-b70d-796e-835f-000000000000"])
def test_nothing_is_earlier_than_what_is_not_there(
    alice_client: Client, lane: Lane, said: list[str], before: str
) -> None:
    response = alice_client.get(f"/playground/lanes/{lane.pk}/earlier", {"before": before})
    assert (response.status_code, shown(response.content.decode())) == (200, [])


def test_a_reader_reads_what_is_earlier_and_a_stranger_does_not(
    bob_client: Client, charlie_client: Client, lane: Lane, said: list[str]
) -> None:
    address = f"/playground/lanes/{lane.pk}/earlier?before={said[-1]}"
    assert bob_client.get(address).status_code == 404
    Comparison.objects.update(sharing="read")
    assert shown(bob_client.get(address).content.decode()) == said[:-1]
    assert charlie_client.get(address).status_code == 404
