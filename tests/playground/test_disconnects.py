"""A tab that is torn away at any moment and comes back shows, in the end, what the upstream sent, byte for byte."""

from __future__ import annotations

import asyncio
import random

from django.db import connection
from django.test import Client

from playground.models import Answer, Comparison, Lane
from tests.playground.conftest import OpenTab
from tests.playground.tab import InProcess, Tab
from tests.simulator.serving import Simulator

#: The database has no part in what a tab misses, so the second one sees fewer.
DISCONNECTS = 200 if connection.vendor == "sqlite" else 50
#: Characters after which an answer is left in peace, so that its end is watched.
PEACE = 1200


async def torn(tab: Tab, client: Client, comparison: Comparison, chance: random.Random) -> None:
    """Hears a few frames, goes away without a word, comes back after a moment."""
    for _ in range(chance.randint(0, 3)):
        if not tab.running:
            return
        await tab.hear()
    await tab.line.close()
    await asyncio.sleep(chance.random() / 100)
    tab.line = await InProcess.open(client, comparison)
    await tab.resume()


async def test_the_text_is_the_upstream_s_byte_for_byte(
    open_tab: OpenTab, simulated: Simulator, comparison: Comparison, alice_client: Client
) -> None:
    chance = random.Random(11)
    await Lane.objects.aupdate(settings={"simulate": {"tokens_per_second": 300, "jitter": 0.9, "length": 500}})
    tab = await open_tab()
    disconnects = 0
    while disconnects < DISCONNECTS:
        await tab.send("Tell it whole: äöü 你好 🙂")
        while tab.running and all(len(tab.text[answer]) < PEACE for answer in tab.running.values()):
            await torn(tab, alice_client, comparison, chance)
            disconnects += 1
        await tab.until_ended()
    # On a busy machine each of these may end while the tab is away; this one it hears to its end.
    await tab.send("Once more, in peace")
    last = tab.lanes["A"]
    await tab.until_ended()
    assert last not in tab.shown
    async for answer in Answer.objects.select_related("message"):
        said = simulated.entry(str(answer.completion_id))["said"][0]["content"]
        assert answer.message.text == said
        if str(answer.pk) not in tab.shown:
            assert tab.text[str(answer.pk)] == said
