"""The palette of Cmd/Ctrl+K: what it can go to, all at once, and what it looks up by words."""

from typing import Any

from django.test import Client

from accounts.models import Project
from inference_catalog.models import Model


def entries(client: Client, words: str = "") -> list[dict[str, Any]]:
    answer = client.get("/search", {"q": words} if words else {})
    assert "no-store" in answer["Cache-Control"]
    return [entry for group in answer.json()["groups"] for entry in group["entries"]]


def test_it_has_pages_models_and_projects(alice_client: Client) -> None:
    Model.objects.create(model_id="maker/play-model", name="Play Model")
    found = entries(alice_client)
    assert {"title": "Playground", "hint": "Chat and compare", "icon": "columns-3", "url": "/playground"} in found
    assert [entry["title"] for entry in found if entry.get("model_id") == "maker/play-model"] == ["Play Model"]
    assert any(entry["title"] == "alice/playground" and entry["project_id"] for entry in found)


def test_it_has_every_model_and_looks_none_of_them_up(alice_client: Client) -> None:
    Model.objects.bulk_create(Model(model_id=f"maker/m{number}", name=f"M {number}") for number in range(200))
    assert len([entry for entry in entries(alice_client) if "model_id" in entry]) == 200
    assert entries(alice_client, "maker") == []


def test_every_icon_that_is_named_comes_with_it(alice_client: Client) -> None:
    answer = alice_client.get("/search").json()
    named = {entry["icon"] for group in answer["groups"] for entry in group["entries"]}
    assert named == set(answer["icons"])
    assert all(svg.startswith("<svg") for svg in answer["icons"].values())


def test_it_hides_retired_models(alice_client: Client) -> None:
    Model.objects.create(model_id="maker/old", name="Old", status=Model.Status.RETIRED)
    assert [entry for entry in entries(alice_client) if "maker/old" in entry.get("model_id", "")] == []


def test_it_finds_nothing_of_strangers(charlie_client: Client, project: Project) -> None:
    assert [entry for entry in entries(charlie_client) if "alice" in entry["title"]] == []


def test_what_is_typed_is_never_markup(alice_client: Client) -> None:
    assert alice_client.get("/search", {"q": "<script>"})["Content-Type"] == "application/json"
