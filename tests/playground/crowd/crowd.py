"""Several tabs of one person at one comparison: they do what is drawn, and say what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.model_ids import LLAMA, PHI, V3
from tests.playground.crowd.acts import Act
from tests.playground.crowd.screen import Lane, Said
from tests.playground.crowd.tab import WatchedTab, new_id
from tests.playground.wire import Visitor
from tests.serving import Served
from tests.upstreams.talker import Talker

MODELS = (LLAMA, PHI, V3)
#: Seconds within which something is said to a tab that listens, if anything is on its way at all.
MOMENT = 0.05
#: Seconds: nothing here takes one, but a busy machine may.
PATIENCE = 60


@dataclass(slots=True)
class Deed:
    """One command and whether it was carried out; None: whoever gave it did not wait for the answer."""

    verb: str
    #: The lane by its id, or the letters that it was for.
    lane: str = ""
    letters: str = ""
    message: str = ""
    text: str = ""
    is_asking: bool = False
    is_done: bool | None = None


@dataclass
class Crowd:
    visitor: Visitor
    #: The processes, which the tabs share out.
    served: list[Served]
    talker: Talker
    comparison: str
    tabs: list[WatchedTab] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    _said: int = 0

    async def come(self, count: int) -> None:
        for number in range(count):
            self.tabs.append(WatchedTab(self.visitor, self.served[number % len(self.served)], self.comparison))
            await self.tabs[-1].load()

    async def go(self) -> None:
        for tab in self.tabs:
            await tab.close()

    async def burst(self, acts: list[Act]) -> list[Deed]:
        """Resolves when all is answered."""
        async with asyncio.timeout(PATIENCE):
            return await self._burst(acts)

    async def _burst(self, acts: list[Act]) -> list[Deed]:
        self.deeds = []
        begun = []
        for act in acts:
            begun.append(asyncio.create_task(self._do(act, self.tabs[act.tab])))
            await asyncio.sleep(0)
            while act.is_awaited and not begun[-1].done() and not self._waits_for_nobody():
                await asyncio.wait([begun[-1]], timeout=MOMENT)
        while not all(task.done() for task in begun):
            # Who waits for an answer comes back for it.
            for tab in self.tabs:
                if tab.unanswered:
                    await tab.come_back()
            await asyncio.wait(begun, timeout=MOMENT)
        await asyncio.gather(*begun)
        return self.deeds

    def _waits_for_nobody(self) -> bool:
        """Something was asked by a tab that went away."""
        return any(tab.unanswered and not tab.is_there for tab in self.tabs)

    async def _do(self, act: Act, tab: WatchedTab) -> None:
        await getattr(self, f"_{act.verb}")(act, tab)

    def _new_text(self, kind: str) -> str:
        self._said += 1
        return f"{kind} {self._said}"

    # Over the socket

    async def _send(self, act: Act, tab: WatchedTab) -> None:
        text = self._new_text("question")
        frame = {"type": "send", "text": text, "role": act.role if act.role != "assistant" else "user"}
        await self._say(act, tab, frame)

    async def _add(self, act: Act, tab: WatchedTab) -> None:
        await self._say(act, tab, {"type": "add", "text": self._new_text("note"), "role": act.role})

    async def _say(self, act: Act, tab: WatchedTab, frame: dict[str, Any]) -> None:
        deed = Deed("say", letters=act.letters, text=frame["text"], is_asking=frame["type"] == "send")
        await self._command(act, tab, {**frame, "lanes": list(act.letters)}, deed)

    async def _retry(self, act: Act, tab: WatchedTab) -> None:
        if found := _message(tab, act.pick):
            lane, said = found
            deed = Deed("retry", lane=lane.id, message=said.id)
            await self._command(act, tab, {"type": "retry", "message": said.id}, deed)

    async def _stop(self, act: Act, tab: WatchedTab) -> None:
        letter = act.letters[:1] or None
        await self._command(act, tab, {"type": "stop", "lane": letter}, Deed("stop"))

    async def _command(self, act: Act, tab: WatchedTab, frame: dict[str, Any], deed: Deed) -> None:
        self.deeds.append(deed)
        frame["id"], lost = new_id(), tab.lost
        asked: list[Awaitable[dict[str, Any]]] = [tab.ask(frame, times=2 if act.twice == "click" else 1)]
        if act.twice == "tab":
            other = self.tabs[(act.tab + 1) % len(self.tabs)]
            asked.append(other.ask(frame))
        answers = {answer["type"] for answer in await asyncio.gather(*asked)}
        # Refused, but said more than once: one of them may have been let in.
        is_sure = answers == {"error"} and not act.twice and tab.lost == lost
        deed.is_done = True if "ack" in answers else False if is_sure else None

    # Over HTTP

    async def _edit(self, act: Act, tab: WatchedTab) -> None:
        if found := _message(tab, act.pick):
            lane, said = found
            deed = Deed("edit", lane=lane.id, message=said.id, text=self._new_text("edit"))
            await self._post(act, tab, f"/playground/messages/{said.id}/edit", deed, text=deed.text)

    async def _delete(self, act: Act, tab: WatchedTab) -> None:
        if found := _message(tab, act.pick):
            lane, said = found
            deed = Deed("delete", lane=lane.id, message=said.id)
            await self._post(act, tab, f"/playground/messages/{said.id}/delete", deed)

    async def _clear(self, act: Act, tab: WatchedTab) -> None:
        if lane := _lane(tab, act.pick):
            await self._post(act, tab, f"/playground/lanes/{lane.id}/clear", Deed("clear", lane=lane.id))

    async def _change_model(self, act: Act, tab: WatchedTab) -> None:
        if lane := _lane(tab, act.pick):
            model = MODELS[act.pick % len(MODELS)]
            deed = Deed("change_model", lane=lane.id)
            await self._post(act, tab, f"/playground/lanes/{lane.id}/model", deed, model=model)

    async def _open_lane(self, act: Act, tab: WatchedTab) -> None:
        model = MODELS[act.pick % len(MODELS)]
        await self._post(act, tab, f"{self.comparison}/lanes", Deed("open"), model=model)

    async def _duplicate(self, act: Act, tab: WatchedTab) -> None:
        if lane := _lane(tab, act.pick):
            await self._post(act, tab, f"/playground/lanes/{lane.id}/duplicate", Deed("open"))

    async def _close_lane(self, act: Act, tab: WatchedTab) -> None:
        if lane := _lane(tab, act.pick):
            await self._post(act, tab, f"/playground/lanes/{lane.id}/close", Deed("close", lane=lane.id))

    async def _rename(self, act: Act, tab: WatchedTab) -> None:
        deed = Deed("rename", text=self._new_text("title"))
        await self._post(act, tab, f"{self.comparison}/title", deed, title=deed.text)

    async def _post(self, act: Act, tab: WatchedTab, path: str, deed: Deed, **data: str) -> None:
        """A double click, or another tab's, is a request of its own."""
        self.deeds.append(deed)
        tabs = {"": [tab], "click": [tab, tab], "tab": [tab, self.tabs[(act.tab + 1) % len(self.tabs)]]}[act.twice]
        statuses = await asyncio.gather(*(self.visitor.post(each.served, path, **data) for each in tabs))
        assert all(status in (200, 204, 404, 409) for status in statuses), (path, statuses)
        deed.is_done = any(status < 300 for status in statuses)
        self.deeds += [Deed(deed.verb, is_done=True) for status in statuses[1:] if status < 300 and deed.verb == "open"]

    # Tabs that come and go

    async def _leave(self, _act: Act, tab: WatchedTab) -> None:
        await tab.leave()

    async def _vanish(self, _act: Act, tab: WatchedTab) -> None:
        tab.vanish()

    async def _come_back(self, _act: Act, tab: WatchedTab) -> None:
        await tab.come_back()

    async def _reload(self, _act: Act, tab: WatchedTab) -> None:
        await tab.load()

    async def _listen(self, act: Act, tab: WatchedTab) -> None:
        """Until something more was said to it."""
        heard = len(tab.heard)
        await within(MOMENT * (act.pick % 4 + 1), lambda: len(tab.heard) > heard)

    # The upstream

    async def _go_on(self, _act: Act, _tab: WatchedTab) -> None:
        self.talker.go_on()

    async def _be_free(self, _act: Act, _tab: WatchedTab) -> None:
        self.talker.mood = "free"

    async def _be_mute(self, _act: Act, _tab: WatchedTab) -> None:
        self.talker.mood = "mute"

    async def _be_halting(self, _act: Act, _tab: WatchedTab) -> None:
        self.talker.mood = "halting"

    async def _be_broken(self, _act: Act, _tab: WatchedTab) -> None:
        self.talker.mood = "broken"

    async def _be_refusing(self, _act: Act, _tab: WatchedTab) -> None:
        self.talker.mood = "refusing"


async def within(seconds: float, condition: Callable[[], object]) -> bool:
    """Whether it came true in time."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not (found := condition()) and loop.time() < deadline:
        await asyncio.sleep(0.005)
    return bool(found)


def _lane(tab: WatchedTab, pick: int) -> Lane | None:
    lanes = [lane.shown for lane in tab.mirror.lanes.values()]
    return lanes[pick % len(lanes)] if lanes else None


def _message(tab: WatchedTab, pick: int) -> tuple[Lane, Said] | None:
    """The last ones come first: what is picked is mostly there still."""
    said = [(lane.shown, one) for lane in tab.mirror.lanes.values() for one in reversed(lane.shown.messages)]
    return said[pick % len(said)] if said else None
