"""What a provider lists decides what it is asked for."""

from __future__ import annotations

from typing import Any

import pytest

from inference_catalog.catalog_file import Catalog
from inference_catalog.models import Model, Offering, Provider
from inference_catalog.syncing import sync
from tests.inference_catalog.conftest import Upstream
from tests.model_ids import LLAMA, PHI, R1


def offered() -> set[str]:
    return set(Offering.objects.open().values_list("model__model_id", flat=True))


def offerings_of(model_id: str) -> list[Offering]:
    """In the order in which they are asked."""
    return list(Offering.objects.open().filter(model__model_id=model_id))


def ids(catalog: Catalog) -> set[str]:
    return {row.id for row in catalog.models}


@pytest.fixture
def named(catalog: Catalog, upstream: Upstream, settings: Any) -> Catalog:
    settings.UPSTREAM_BASE_URL = upstream.base_url
    return catalog


def test_it_offers_those_of_the_catalog_that_are_listed(named: Catalog, upstream: Upstream) -> None:
    upstream.ids = [PHI, R1]
    sync(named)
    assert offered() == {PHI, R1}


def test_an_upstream_that_lists_none_of_the_catalog_still_serves_it(named: Catalog, upstream: Upstream) -> None:
    upstream.ids = ["ours/own-model"]
    sync(named)
    assert offered() == ids(named) | {"ours/own-model"}


@pytest.mark.parametrize(
    ("status", "body", "detail"),
    [
        (404, None, "lists no models (HTTP 404)"),
        (200, "<html>", "gives a list of models that cannot be read"),
        (200, '{"data": {}}', "gives a list of models that cannot be read"),
        (401, None, "refuses the API key (HTTP 401)"),
        (302, None, "redirects elsewhere (HTTP 302), which is not followed"),
        (500, None, "answered HTTP 500"),
    ],
)
def test_an_upstream_without_a_list_serves_the_catalog(
    named: Catalog, upstream: Upstream, status: int, body: str | None, detail: str
) -> None:
    upstream.status, upstream.body = status, body
    sync(named)
    assert offered() == ids(named)
    assert Provider.objects.get(slug="upstream").health_detail == f"Upstream {detail}"


def test_what_vanishes_from_the_list_is_withdrawn_and_comes_back(named: Catalog, upstream: Upstream) -> None:
    upstream.ids = [PHI, LLAMA]
    sync(named)
    upstream.ids = [LLAMA]
    sync(named)
    assert offered() == {LLAMA}
    assert Offering.objects.get(model__model_id=PHI).withdrawn_at is not None
    upstream.ids = [PHI, LLAMA]
    sync(named)
    assert offered() == {PHI, LLAMA}


def test_the_offerings_of_a_provider_that_is_down_are_kept(named: Catalog, upstream: Upstream) -> None:
    upstream.ids = [PHI]
    sync(named)
    upstream.status = 503
    sync(named)
    assert offered() == {PHI}


def test_an_unknown_model_is_added_without_a_price(named: Catalog, upstream: Upstream) -> None:
    upstream.ids = [PHI, "Qwen/Qwen3-14B"]
    sync(named)
    model = Model.objects.get(model_id="Qwen/Qwen3-14B")
    assert (model.name, model.maker, model.logo, model.source) == ("Qwen3-14B", "Qwen", "qwen-color", "provider")
    assert model.price is None


def test_an_unknown_model_has_the_context_window_that_the_list_says(named: Catalog, upstream: Upstream) -> None:
    upstream.body = '{"data": [{"id": "ours/own", "max_model_len": 8192}, {"id": "ours/other"}]}'
    sync(named)
    windows = dict(Model.objects.filter(source="provider").values_list("model_id", "context_window"))
    assert windows == {"ours/own": 8192, "ours/other": None}


def test_a_name_that_fits_no_address_is_passed_over(named: Catalog, upstream: Upstream) -> None:
    upstream.ids = [PHI, "/models/own.gguf", "a b", "a,b", 'x"y', "é", "x" * 201]
    sync(named)
    assert not Model.objects.filter(source="provider").exists()


def test_an_unknown_model_goes_with_the_last_who_lists_it_and_comes_back(named: Catalog, upstream: Upstream) -> None:
    upstream.ids = [PHI, "ours/own"]
    sync(named)
    upstream.ids = [PHI]
    sync(named)
    assert Model.objects.get(model_id="ours/own").status == Model.Status.RETIRED
    upstream.ids = [PHI, "ours/own"]
    sync(named)
    assert Model.objects.get(model_id="ours/own").status == Model.Status.AVAILABLE


def test_what_staff_arranged_does_not_depend_on_the_list(named: Catalog, upstream: Upstream) -> None:
    upstream.ids = [PHI]
    sync(named)
    Offering.objects.filter(model__model_id=PHI).update(upstream_id="deployment-7", by_staff=True)
    upstream.ids = [LLAMA]
    sync(named)
    assert [offering.upstream_id for offering in offerings_of(PHI)] == ["deployment-7"]


def test_two_providers_are_asked_in_order(named: Catalog, upstream: Upstream, settings: Any) -> None:
    upstream.ids = sorted(ids(named))
    settings.SIMULATOR_BASE_URL = upstream.base_url
    sync(named)
    assert [offering.provider.slug for offering in offerings_of(R1)] == ["upstream", "simulator"]
