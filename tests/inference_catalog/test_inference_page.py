from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from inference_catalog import health, speed
from inference_catalog.catalog_file import Catalog
from inference_catalog.models import Model, Offering, Price, Provider
from inference_catalog.syncing import sync
from tests.inference_catalog.conftest import Upstream
from tests.model_ids import LLAMA, PHI, R1, SCOUT, V3

pytestmark = pytest.mark.usefixtures("served")


def page(client: Client, query: str = "", **headers: str) -> str:
    response = client.get(reverse("inference") + query, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def shown(html: str) -> list[str]:
    return re.findall(r'data-model="([^"]+)"', html)


def card(html: str, model_id: str) -> str:
    """The markup of one card."""
    return html.split(f'data-model="{model_id}"', 1)[1].split("data-model=", 1)[0].split("</section>", 1)[0]


def selected(html: str) -> list[str]:
    return [name for name in shown(html) if 'aria-selected="true"' in card(html, name)[:200]]


def test_it_refuses_a_visitor(client: Client) -> None:
    assert client.get(reverse("inference")).status_code == 302


def test_it_shows_a_card_for_each_model_newest_first(alice_client: Client) -> None:
    names = [LLAMA, "meta-llama/Llama-3.3-70B-Instruct", PHI, V3, SCOUT, R1]
    assert shown(page(alice_client)) == names[::-1]


def test_a_card_says_what_there_is_to_know(alice_client: Client) -> None:
    html = card(page(alice_client), R1)
    for fact in ("DeepSeek R1-0528", "161K", "37B – 680B", "$1.35 / $5.40", "deepseek-color.svg", "Upstream"):
        assert fact in html
    assert escape(Model.objects.get(model_id=R1).summary) in html
    assert reverse("model", args=[R1]) in html


def test_parameters_without_an_active_part_are_the_total(alice_client: Client) -> None:
    assert "<dd>8B</dd>" in card(page(alice_client), LLAMA)


def test_it_searches_by_name_maker_and_what_a_model_can_do(alice_client: Client) -> None:
    assert shown(page(alice_client, "?q=deepseek")) == [R1, V3]
    assert shown(page(alice_client, "?q=META+vision")) == [SCOUT]
    assert shown(page(alice_client, "?q=reasoning")) == [R1]
    assert "No model fits" in page(alice_client, "?q=nothing-like-it")


def test_it_filters_by_modality(alice_client: Client) -> None:
    assert shown(page(alice_client, "?modality=vision")) == [SCOUT]
    assert len(shown(page(alice_client, "?modality=text"))) == 6


def test_it_sorts_by_price_context_window_and_speed_here(alice_client: Client) -> None:
    speed.report(V3, ttft_ms=100, tokens_per_second=90)
    speed.report(PHI, ttft_ms=100, tokens_per_second=200)
    assert shown(page(alice_client, "?sort=price"))[::5] == [PHI, R1]
    assert shown(page(alice_client, "?sort=context"))[-1] == SCOUT
    assert shown(page(alice_client, "?sort=speed"))[:2] == [PHI, V3]


def test_words_it_does_not_know_are_taken_as_not_said(alice_client: Client) -> None:
    assert len(shown(page(alice_client, "?modality=smell&sort=beauty&selected=,,nobody"))) == 6


def test_the_choice_is_read_from_the_address_in_its_order(alice_client: Client) -> None:
    html = page(alice_client, f"?selected={PHI},{R1},{V3}")
    assert set(selected(html)) == {PHI, R1, V3}
    for name in (PHI, R1, V3):
        assert "Compare 3 models in the Playground" in card(html, name)
        assert f'href="/playground?models={PHI},{R1},{V3}"' in card(html, name)


def test_one_model_is_tried_and_not_compared(alice_client: Client) -> None:
    assert "Try in the Playground" in card(page(alice_client, f"?selected={PHI}"), PHI)


def test_without_scripts_a_tick_is_a_link_that_chooses_and_keeps_the_search(alice_client: Client) -> None:
    html = page(alice_client, f"?q=deepseek&selected={R1}")
    assert f'href="/inference?q=deepseek&amp;selected={R1},{V3}"' in card(html, V3)
    assert 'href="/inference?q=deepseek"' in card(html, R1)


def test_no_more_than_eight_are_chosen(alice_client: Client, served: Catalog, upstream: Upstream) -> None:
    upstream.ids += [f"ours/model-{number}" for number in range(9)]
    sync(served)
    for model in Model.objects.filter(source="provider"):
        Price.objects.create(model=model, input=0, output=0)
    names = ",".join(f"ours/model-{number}" for number in range(9))
    assert len(selected(page(alice_client, f"?selected={names}"))) == 8


def test_htmx_gets_the_cards_alone_and_the_address_that_says_them(alice_client: Client) -> None:
    query = f"?q=&modality=vision&sort=&selected={SCOUT}"
    response = alice_client.get(reverse("inference") + query, headers={"HX-Request": "true"})
    assert response.headers["HX-Replace-Url"] == f"/inference?modality=vision&selected={SCOUT}"
    html = response.content.decode()
    assert html.strip().startswith('<section id="models"')
    assert selected(html) == [SCOUT]


def test_a_model_without_a_price_says_so_and_cannot_be_chosen(
    alice_client: Client, served: Catalog, upstream: Upstream
) -> None:
    upstream.ids.append("ours/own")
    sync(served)
    html = page(alice_client, "?selected=ours/own")
    assert "No price yet" in card(html, "ours/own")
    assert "data-compare" not in card(html, "ours/own")
    assert selected(html) == []


def test_a_model_that_nobody_serves_says_so(alice_client: Client) -> None:
    Offering.objects.filter(model__model_id=PHI).delete()
    assert "No provider" in card(page(alice_client), PHI)


def test_a_deprecated_model_says_so_and_a_retired_one_is_gone(alice_client: Client) -> None:
    Model.objects.filter(model_id=PHI).update(status="deprecated")
    Model.objects.get(model_id=R1).retire()
    html = page(alice_client)
    assert "Deprecated" in card(html, PHI)
    assert R1 not in shown(html)


def test_simulated_models_say_so(alice_client: Client, served: Catalog, upstream: Upstream, settings: Any) -> None:
    settings.UPSTREAM_BASE_URL, settings.SIMULATOR_BASE_URL = "", upstream.base_url
    sync(served)
    html = page(alice_client)
    assert all("Simulated" in card(html, name) for name in shown(html))
    assert "No provider is connected, so every answer is simulated" in html


def test_a_provider_that_cannot_be_reached_is_shown_and_the_next_one_answers(
    alice_client: Client, served: Catalog, upstream: Upstream, settings: Any
) -> None:
    settings.SIMULATOR_BASE_URL = upstream.base_url
    sync(served)
    health.report(Provider.objects.get(slug="upstream").pk, ok=False, detail="Upstream did not answer in time")
    html = page(alice_client)
    assert "Upstream did not answer in time. Checked" in html
    assert "Simulated" in card(html, PHI)
    assert "Upstream cannot be used" in card(html, PHI)


def test_a_card_says_how_fast_the_model_is_here(alice_client: Client) -> None:
    assert "not measured" in card(page(alice_client), PHI)
    speed.report(PHI, ttft_ms=420, tokens_per_second=87)
    assert re.search(r"0\.4\d s · 8\d tok/s", card(page(alice_client), PHI))


def test_the_number_of_queries_does_not_grow_with_the_models(
    alice_client: Client, served: Catalog, upstream: Upstream, django_assert_max_num_queries: Any
) -> None:
    upstream.ids += [f"ours/model-{number}" for number in range(40)]
    sync(served)
    with django_assert_max_num_queries(16):
        page(alice_client)
