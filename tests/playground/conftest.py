from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import Client

from accounts.models import Project, User
from billing import writer
from common.money import micro_price
from completions import routes
from inference_catalog.models import Model, Offering, Price, Provider
from playground import running
from playground.comparisons import start
from playground.models import Comparison, Lane
from tests.playground.settings_panel import Panel
from tests.playground.tab import Tab
from tests.simulator.serving import Simulator
from tracing import recorder


@pytest.fixture(autouse=True)
def _no_connection_left() -> Iterator[None]:
    """The thread that asynchronous code shares for the database outlives a test; its connection must not."""
    yield
    asyncio.run(sync_to_async(connections.close_all)())


def a_model(model_id: str, name: str) -> Model:
    model = Model.objects.create(model_id=model_id, name=name, maker=name.split()[0])
    Price.objects.create(model=model, input=micro_price(Decimal("0.5")), output=micro_price(Decimal("1.5")))
    return model


@pytest.fixture
def models(db: None) -> list[Model]:
    names = [("meta-llama/Llama-3.1-8B-Instruct", "Llama 3.1 8B"), ("microsoft/Phi-4-mini-instruct", "Phi 4 Mini")]
    return [a_model(model_id, name) for model_id, name in names]


@pytest.fixture
def comparison(alice: User, project: Project, models: list[Model]) -> Comparison:
    """Alice's, with lanes A and B."""
    return start(alice, project, models)


@pytest.fixture
def lane(comparison: Comparison) -> Lane:
    return comparison.lanes.get(letter="A")


@pytest.fixture
def simulated(transactional_db: None, simulator: Simulator, models: list[Model]) -> Iterator[Simulator]:
    """The simulator serves the models of the comparison."""
    routes.forget()
    provider = Provider.objects.create(
        slug="simulator", name="Simulator", kind=Provider.Kind.SIMULATOR, base_url=simulator.base_url
    )
    for model in models:
        Offering.objects.create(model=model, provider=provider, upstream_id=model.model_id)
    yield simulator
    # Answers that a test left running were stopped after its threads were: they woke them again.
    writer.stop()
    recorder.stop()


OpenTab = Callable[..., Awaitable[Tab]]


@pytest_asyncio.fixture
async def open_tab(simulated: Simulator, comparison: Comparison, alice_client: Client) -> AsyncIterator[OpenTab]:
    """`await open_tab()` is a tab of Alice's on the comparison; `open_tab(bob_client)` one of Bob's."""
    tabs: list[Tab] = []

    async def open_one(client: Client = alice_client, **line: Any) -> Tab:
        tabs.append(await Tab.open(client, comparison, **line))
        return tabs[-1]

    yield open_one
    for answer in running.everything():
        answer.stop()
        await answer.over.wait()
    for tab in tabs:
        await tab.line.close()


async def page_of(client: Client, comparison: Comparison) -> str:
    return str((await sync_to_async(client.get)(comparison.get_absolute_url())).content.decode())


async def drill(lane: Lane, **simulate: object) -> None:
    """What the simulator is to do in this lane; see simulator/drills.py."""
    await Lane.objects.filter(pk=lane.pk).aupdate(settings={"simulate": simulate})


@pytest.fixture
def panel(alice_client: Client, comparison: Comparison) -> Panel:
    """Of the settings, at lane A."""
    return Panel(alice_client, comparison, "A")


@pytest.fixture
def three(lane: Lane) -> Lane:
    """Lane A, set to three trials."""
    Lane.objects.filter(pk=lane.pk).update(trials=3)
    lane.refresh_from_db()
    return lane
