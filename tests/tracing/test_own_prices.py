"""Prices of a team's own provider count for its traces, and for nobody else's."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Project, User
from common import clock
from tests.inference_catalog.own.owning import Names, add, add_model
from tracing import prices

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["alice/gpus/llama-3", "llama-3"])
def test_only_the_team_pays_them(
    alice_client: Client, project: Project, charlie: User, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    Names(monkeypatch)
    add_model(alice_client, add(alice_client, "https://models.example.com/v1"), output="7")
    theirs = Project.objects.for_user(charlie).get()
    for each in (project, theirs):
        prices.forget(each.pk)
    rate = prices.rate_of(project.pk, name, clock.now())
    assert rate
    assert rate.completion == pytest.approx(7e-6)
    assert prices.rate_of(theirs.pk, name, clock.now()) is None
