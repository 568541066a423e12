from __future__ import annotations

import ast
import json
import shlex

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from inference_catalog.catalog_file import Catalog
from inference_catalog.models import Model, Price
from inference_catalog.samples import samples
from inference_catalog.syncing import sync
from tests.inference_catalog.conftest import Upstream
from tests.model_ids import PHI, R1, V3

pytestmark = pytest.mark.usefixtures("served")


def page(client: Client, model_id: str) -> str:
    response = client.get(reverse("model", args=[model_id]))
    assert response.status_code == 200
    return response.content.decode()


def test_its_address_is_the_id_with_its_slashes() -> None:
    assert reverse("model", args=[R1]) == f"/inference/{R1}"


def test_there_is_no_page_of_a_model_that_there_is_not(alice_client: Client) -> None:
    assert alice_client.get("/inference/nobody/nothing").status_code == 404


def test_it_says_what_there_is_to_know(alice_client: Client) -> None:
    html = page(alice_client, R1)
    facts = ("$1.35 / $5.40", "37B – 680B", "161K", "May 2025", "MIT", "Function calling", "Reasoning", "In force")
    for fact in facts:
        assert fact in html
    assert f'href="https://huggingface.co/{R1}"' in html
    assert escape(Model.objects.get(model_id=R1).description.split("\n\n")[0]) in html


def test_its_prices_are_listed_with_their_days(alice_client: Client) -> None:
    Price.objects.create(model=Model.objects.get(model_id=PHI), input=50_000, output=60_000, cached_input=10_000)
    html = page(alice_client, PHI)
    assert html.index("$0.05") < html.index("$0.08")
    assert "$0.01" in html
    assert timezone.now().strftime("%Y-%m-%d") in html


def test_the_samples_name_the_readers_own_address_and_project(alice_client: Client) -> None:
    html = page(alice_client, PHI)
    assert escape('base_url="http://testserver/v1"') in html
    assert escape('project="alice/playground"') in html
    assert escape(f'model="{PHI}"') in html
    assert escape("-H 'OpenAI-Project: alice/playground'") in html


def test_a_sample_that_only_runs_under_some_name_says_so(alice_client: Client) -> None:
    assert "sample.mjs" in page(alice_client, PHI)


def test_no_value_breaks_out_of_a_sample() -> None:
    hostile = """a"; import os # '$(id) \\ \n"""
    python, _weave, _javascript, curl = samples(Model(model_id=hostile), base_url=hostile, project=hostile)
    call = next(node for node in ast.walk(ast.parse(python.code)) if isinstance(node, ast.Call))
    assert {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords} == {
        "base_url": repr(hostile),
        "api_key": "os.environ['LINEUP_API_KEY']",
        "project": repr(hostile),
    }
    words = shlex.split(curl.code)
    assert hostile + "/chat/completions" in words
    assert json.loads(words[words.index("-d") + 1])["model"] == hostile


def test_a_retired_model_says_so_and_names_its_replacement(alice_client: Client) -> None:
    model = Model.objects.get(model_id=R1)
    model.replacement = Model.objects.get(model_id=V3)
    model.save()
    model.retire()
    html = page(alice_client, R1)
    assert "This model was retired on" in html
    assert reverse("model", args=[V3]) in html
    assert "Try in the Playground" not in html


def test_a_model_found_in_a_list_says_what_is_missing(
    alice_client: Client, served: Catalog, upstream: Upstream
) -> None:
    upstream.ids.append("ours/own")
    sync(served)
    assert "it has no price yet and cannot be called" in page(alice_client, "ours/own")


def test_who_serves_it_is_listed_in_the_order_asked(alice_client: Client, upstream: Upstream) -> None:
    html = page(alice_client, PHI)
    assert "Reachable" in html
    assert upstream.base_url not in html
