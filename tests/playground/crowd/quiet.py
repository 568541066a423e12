"""When all is quiet: every tab shows what the page shows, and that is what the rows say and the upstream said."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.playground.crowd import rows
from tests.playground.crowd.accounts import Accounts
from tests.playground.crowd.crowd import PATIENCE, Crowd, Deed
from tests.playground.crowd.mirror import Mirror
from tests.playground.crowd.rows import Rows
from tests.serving import Store


@dataclass
class Quiet:
    crowd: Crowd
    accounts: Accounts = field(default_factory=Accounts)
    #: What the rows said when all agreed.
    _agreed: Rows = field(default_factory=lambda: Rows({}, {}, ""))

    async def comes_after(self, deeds: list[Deed]) -> None:
        """Tabs that are away stay away; those that are there are told all without asking once more."""
        crowd = self.crowd
        await self._until(self._nothing_runs, "something still runs or is held")
        await self._until(self._all_agree, "tabs, page and rows differ")
        now = self._agreed
        assert [tab.heard[-1] for tab in crowd.tabs if tab.heard and tab.heard[-1].get("type") == "broken"] == []
        self._answers_are_the_upstream_s(now)
        self.accounts.take(deeds, now)

    async def _rows(self) -> Rows:
        return await asyncio.to_thread(rows.read, self._store, self._id)

    @property
    def _store(self) -> Store:
        return self.crowd.served[0].store

    @property
    def _id(self) -> str:
        return self.crowd.comparison.rpartition("/")[2]

    async def _nothing_runs(self) -> str:
        # What begins after a mood that waits was given up waits again.
        self.crowd.talker.go_on()
        runs = await asyncio.to_thread(rows.is_running, self._store, self._id)
        held = await asyncio.to_thread(rows.is_anything_held, self._store)
        return "running" * runs + "held" * held

    async def _all_agree(self) -> str:
        """What differs."""
        self.crowd.talker.go_on()
        page = Mirror.of(await self.crowd.visitor.read(self.crowd.served[0], self.crowd.comparison)).shown
        self._agreed = now = await self._rows()
        if now.is_running:
            return "what was said twice began after all"
        if page != now.shown:
            return f"the page has {page}, the rows {now.shown}"
        for number, tab in enumerate(self.crowd.tabs):
            if tab.is_there and tab.mirror.shown != page:
                return f"tab {number} shows\n{tab.mirror.shown}\nand the page\n{page}\n{tab.heard[-12:]}"
        return ""

    async def _until(self, differs: Callable[[], Awaitable[str]], sentence: str) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE
        while found := await differs():
            assert loop.time() < deadline, f"{sentence}: {found}"
            await asyncio.sleep(0.01)

    def _answers_are_the_upstream_s(self, now: Rows) -> None:
        spoken = self.crowd.talker.spoken
        for said in (said for lane in now.lanes.values() for said in lane.messages if said.state):
            if said.id not in now.completions:
                # It was stopped before it was admitted.
                assert (said.state, said.text) == ("stopped", "")
            elif (heard := spoken.get(now.completions[said.id])) is None:
                assert said.text == ""
            else:
                assert heard.text == said.text if said.state == "done" else heard.text.startswith(said.text)
                assert heard.is_whole or said.state != "done"
