"""The settings panel as a browser goes through it, and what is written in it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client

from playground.models import Comparison

SCHEMA = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}
FUNCTION = {"name": "get_weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}
DRAFT = re.compile(r'name="draft" value="([^"]*)"')


class Panel:
    """As a browser goes through its tabs: what is written goes from each to the next."""

    def __init__(self, client: Client, comparison: Comparison, tab: str = "all") -> None:
        self.client, self.comparison, self.page = client, comparison, ""
        self.lanes = {lane.letter: str(lane.pk) for lane in comparison.lanes.open()}
        self.tab = tab

    @property
    def draft(self) -> str:
        found = DRAFT.search(self.page)
        return unescape(found[1]) if found else ""

    def _post(self, fields: dict[str, Any]) -> None:
        lane = self.lanes.get(self.tab)
        end = {"all": "settings", "table": "settings/table"}.get(self.tab, "")
        address = f"/playground/lanes/{lane}/settings" if lane else f"/playground/{self.comparison.pk}/{end}"
        self.page = self.client.post(address, {"draft": self.draft} | fields).content.decode()

    def go(self, tab: str, **fields: str) -> str:
        """To another tab, with what was written in this one."""
        self._post(fields | {"then": self.lanes.get(tab, tab)})
        self.tab = tab
        return self.page

    def save(self, **fields: str) -> str:
        self._post(fields)
        return self.page

    def kept(self) -> dict[str, dict[str, Any]]:
        return {lane.letter: lane.settings for lane in self.comparison.lanes.open()}

    def marked(self, what: str) -> list[str]:
        """The tabs that have this mark."""
        tabs = re.findall(r'<button class="settings-tab"([^>]*)>', self.page)
        return [re.findall(r'data-settings-tab="(\w+)"', tab)[0] for tab in tabs if f"data-{what}" in tab]

    def focused(self) -> list[str]:
        return re.findall(r'name="([\w-]+)"[^>]* autofocus', self.page)
