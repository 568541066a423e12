"""What this process tells a comparison's tabs while answers are being written.

All deltas that come within a moment leave in one frame; a frame of another kind leaves after the deltas before it.
"""

from __future__ import annotations

import asyncio
import logging
import uuid

from playground import protocol
from playground.broadcast import publish
from playground.deltas import DeltaBuffer

log = logging.getLogger(__name__)

#: Seconds between two frames of deltas, by the number of lanes that are being written: what a frame costs beyond its
#: text grows with the lanes in it, and how many of them a person can read at once does not.
PAUSES, LONGEST = ((2, 0.025), (4, 0.05)), 0.1

_BY_COMPARISON: dict[uuid.UUID, Coalescer] = {}


class Coalescer:
    def __init__(self, comparison_id: uuid.UUID) -> None:
        self.comparison_id = comparison_id
        self._lanes: set[DeltaBuffer] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._outbox: asyncio.Queue[str] = asyncio.Queue()
        self._sender = asyncio.create_task(self._send())

    def enter(self, lane: DeltaBuffer) -> None:
        self._lanes.add(lane)

    def leave(self, lane: DeltaBuffer) -> None:
        """The last one closes the door."""
        self._lanes.discard(lane)
        if not self._lanes and _BY_COMPARISON.get(self.comparison_id) is self:
            del _BY_COMPARISON[self.comparison_id]
            self._outbox.put_nowait("")

    def grew(self, *, at_once: bool) -> None:
        if at_once:
            self.cut()
        elif self._timer is None:
            pause = next((pause for lanes, pause in PAUSES if len(self._lanes) <= lanes), LONGEST)
            self._timer = asyncio.get_running_loop().call_later(pause, self._due)

    def cut(self) -> None:
        """What has come since the last frame goes into one."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if deltas := [delta for lane in self._lanes if (delta := lane.cut())]:
            self._outbox.put_nowait(protocol.Deltas(d=deltas).model_dump_json())

    def tell(self, frame: protocol.Frame) -> None:
        self.cut()
        self._outbox.put_nowait(frame.model_dump_json())

    def _due(self) -> None:
        """Behind a channel layer that is slow, frames grow instead of queueing."""
        self._timer = None
        if self._outbox.empty():
            self.cut()
        else:
            self.grew(at_once=False)

    async def _send(self) -> None:
        while text := await self._outbox.get():
            try:
                await publish(self.comparison_id, text)
            except Exception:
                log.exception("a frame for comparison %s was lost; tabs will ask for it", self.comparison_id)


def coalescer_of(comparison_id: uuid.UUID) -> Coalescer:
    found = _BY_COMPARISON.get(comparison_id)
    if found is None:
        found = _BY_COMPARISON[comparison_id] = Coalescer(comparison_id)
    return found
