"""The palette of Cmd/Ctrl+K."""

from django.test import Client

from accounts.models import Project
from inference_catalog.models import Model


def results(client: Client, words: str) -> str:
    return client.get("/search", {"q": words}).content.decode()


def test_it_finds_pages_models_and_projects(alice_client: Client) -> None:
    Model.objects.create(model_id="maker/play-model", name="Play Model")
    found = results(alice_client, "play")
    assert 'data-palette-url="/playground"' in found
    assert 'data-palette-model="maker/play-model"' in found
    assert "alice/playground" in found


def test_every_word_must_fit(alice_client: Client) -> None:
    assert "API keys" in results(alice_client, "keys set")
    assert "Nothing is called" in results(alice_client, "keys zebra")


def test_it_hides_retired_models(alice_client: Client) -> None:
    Model.objects.create(model_id="maker/old", name="Old", status=Model.Status.RETIRED)
    assert "maker/old" not in results(alice_client, "old")


def test_it_finds_nothing_of_strangers(charlie_client: Client, project: Project) -> None:
    assert "alice" not in results(charlie_client, "playground")


def test_what_was_typed_is_shown_as_text(alice_client: Client) -> None:
    assert "<script>" not in results(alice_client, "<script>")
