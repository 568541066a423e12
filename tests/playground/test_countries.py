"""A country that is not served, in the Playground."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import override_settings

from playground.models import Message
from tests.accounts import geoip
from tests.playground.conftest import OpenTab

pytestmark = pytest.mark.django_db(transaction=True)


async def test_what_is_sent_from_there_is_refused_in_the_words_of_the_api(open_tab: OpenTab, tmp_path: Path) -> None:
    tab = await open_tab(address=geoip.AT)
    with override_settings(BLOCKED_COUNTRIES=["AT"], GEOIP_DATABASE=geoip.write(tmp_path)):
        refused = await tab.send("Hello")
    assert (refused["type"], refused["code"]) == ("error", "unsupported_country_region_territory")
    assert refused["message"] == "Country, region, or territory not supported."
    assert not await Message.objects.aexists()


async def test_others_are_answered(open_tab: OpenTab, tmp_path: Path) -> None:
    tab = await open_tab(address=geoip.NA)
    with override_settings(BLOCKED_COUNTRIES=["AT"], GEOIP_DATABASE=geoip.write(tmp_path)):
        assert (await tab.send("Hello"))["type"] == "ack"
        await tab.until_ended()
