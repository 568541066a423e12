from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from inference_catalog import providers
from inference_catalog.catalog_file import Catalog
from inference_catalog.models import Offering, Provider
from inference_catalog.syncing import sync
from tests.inference_catalog.conftest import Upstream
from tests.model_ids import LLAMA, PHI

SECRET = "sk-a-secret-nobody-may-see"


def test_the_key_of_a_provider_is_encrypted_at_rest(catalog: Catalog, upstream: Upstream, settings: Any) -> None:
    settings.UPSTREAM_BASE_URL, settings.UPSTREAM_API_KEY = upstream.base_url, SECRET
    sync(catalog)
    provider = Provider.objects.get(slug="upstream")
    assert SECRET not in provider.encrypted_api_key
    assert provider.api_key == SECRET
    assert upstream.headers["authorization"] == f"Bearer {SECRET}"


def test_wandb_is_told_the_project(settings: Any) -> None:
    settings.WANDB_API_KEY, settings.WANDB_PROJECT = SECRET, "team/project"
    wandb = providers.named()[0]
    assert (wandb.slug, wandb.base_url) == ("wandb", "https://api.inference.wandb.ai/v1")
    assert wandb.headers == {"OpenAI-Project": "team/project"}


def test_real_providers_come_before_the_simulator(settings: Any) -> None:
    settings.WANDB_API_KEY = SECRET
    settings.UPSTREAM_BASE_URL = settings.SIMULATOR_BASE_URL = "http://127.0.0.1:9/v1"
    named = sorted(providers.named(), key=lambda entry: entry.priority)
    assert [entry.slug for entry in named] == ["wandb", "upstream", "ollama", "simulator"]


def test_a_provider_that_the_settings_drop_is_disabled_and_comes_back(served: Catalog, settings: Any) -> None:
    base_url = settings.UPSTREAM_BASE_URL
    settings.UPSTREAM_BASE_URL = ""
    sync(served)
    assert not Provider.objects.get(slug="upstream").is_enabled
    assert not Offering.objects.open().exists()
    settings.UPSTREAM_BASE_URL = base_url
    sync(served)
    assert Offering.objects.open().count() == 6


def test_what_staff_switched_off_stays_off(served: Catalog) -> None:
    Provider.objects.update(is_enabled=False)
    sync(served)
    assert not Provider.objects.get(slug="upstream").is_enabled


def test_an_address_that_cannot_be_meant_names_its_variable(catalog: Catalog, settings: Any) -> None:
    settings.UPSTREAM_BASE_URL = "http://169.254.169.254/v1"
    with pytest.raises(CommandError, match=r"UPSTREAM_BASE_URL: 169\.254\.169\.254 is not an address"):
        call_command("sync_catalog")


def test_ollama_is_used_if_it_answers_under_its_own_tags(catalog: Catalog, upstream: Upstream, settings: Any) -> None:
    upstream.ids = ["phi4-mini:latest", "llama3.1:latest", "llama3.1:8b", "qwen3:8b"]
    settings.OLLAMA_BASE_URL = upstream.base_url
    sync(catalog)
    offered = dict(Offering.objects.open().values_list("model__model_id", "upstream_id"))
    assert offered == {PHI: "phi4-mini:latest", LLAMA: "llama3.1:8b", "qwen3:8b": "qwen3:8b"}


def test_ollama_is_no_provider_where_it_does_not_answer(catalog: Catalog) -> None:
    sync(catalog)
    assert not Provider.objects.exists()


def test_ollama_that_went_away_is_shown_as_such(catalog: Catalog, upstream: Upstream, settings: Any) -> None:
    upstream.ids = ["phi4-mini:latest"]
    settings.OLLAMA_BASE_URL = upstream.base_url
    sync(catalog)
    settings.OLLAMA_BASE_URL = "http://127.0.0.1:9/v1"
    sync(catalog)
    ollama = Provider.objects.get(slug="ollama")
    assert (ollama.health, ollama.health_detail) == ("down", "Ollama cannot be reached")


def test_another_address_makes_what_was_known_of_the_provider_unknown(served: Catalog, settings: Any) -> None:
    settings.UPSTREAM_BASE_URL = "http://127.0.0.1:9/v1"
    entry = next(entry for entry in providers.named() if entry.slug == "upstream")
    provider = providers.keep(entry)
    assert (provider.health, provider.listed_at, provider.checked_at) == ("unknown", None, None)
