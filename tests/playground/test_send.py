from __future__ import annotations

import pytest

from playground.models import Answer
from tests.playground.conftest import OpenTab
from tests.simulator.serving import Simulator

pytestmark = pytest.mark.django_db(transaction=True)


async def test_every_lane_answers_with_what_its_upstream_sent(open_tab: OpenTab, simulated: Simulator) -> None:
    tab = await open_tab()
    assert (await tab.send("What is a lane?"))["type"] == "ack"
    await tab.until_ended()
    assert set(tab.lanes) == {"A", "B"}
    async for answer in Answer.objects.select_related("message"):
        assert answer.state == "done"
        assert answer.message.text == tab.text[str(answer.pk)] != ""
        assert answer.certainty == "reported"
        assert answer.request is not None
        assert answer.request["body"]["messages"] == [{"role": "user", "content": "What is a lane?"}]
