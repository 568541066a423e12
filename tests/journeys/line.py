"""Somebody on the line between a tab and the server, who holds back what is said on it, or lets it be lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from time import monotonic
from typing import Any

from playwright.sync_api import Page, WebSocketRoute

from tests.journeys.waiting import SOON

PAUSE = 20


def kind_of(frame: str) -> str:
    """Deltas have none."""
    return str(json.loads(frame).get("type", ""))


class Line:
    """Of this page; to be made before the page is opened."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.ends: list[WebSocketRoute] = []
        self.dead: list[WebSocketRoute] = []
        self.holds: Callable[[str], bool] = lambda _kind: False
        self.held: list[tuple[WebSocketRoute, str]] = []
        self.resumes_to_refuse = 0
        #: Whether all lines are dead from their beginning.
        self.is_down = False
        page.route_web_socket("**/ws/playground/*", self._opened)

    def die(self) -> None:
        """Nothing comes through any more, and nobody is told. The next line is a good one."""
        self.dead = [*self.ends]

    def is_noticed(self) -> None:
        """The tab hears that the network is gone, and comes back by itself."""
        self.page.evaluate("dispatchEvent(new Event('offline'))")

    def hold(self, *kinds: str) -> None:
        """What the server says waits: frames of these kinds, or all."""
        self.holds = lambda kind: not kinds or kind in kinds

    def let_go(self) -> None:
        self.holds = lambda _kind: False
        for end, frame in self.held:
            end.send(frame)
        self.held.clear()

    def comes(self, kind: str) -> None:
        """Until such a frame is among what waits."""
        end = monotonic() + SOON / 1000
        while not any(kind_of(frame) == kind for _, frame in self.held):
            assert monotonic() < end, f"no {kind} came"
            self.page.wait_for_timeout(PAUSE)

    def _opened(self, end: WebSocketRoute) -> None:
        server = end.connect_to_server()
        self.ends.append(end)
        if self.is_down:
            self.dead.append(end)
        end.on_message(lambda frame: self._asked(end, server, json.loads(frame)))
        server.on_message(lambda frame: self._told(end, str(frame)))

    def _asked(self, end: WebSocketRoute, server: WebSocketRoute, frame: dict[str, Any]) -> None:
        if end in self.dead:
            return
        if frame["type"] == "resume" and self.resumes_to_refuse:
            self.resumes_to_refuse -= 1
            end.send(json.dumps({"type": "error", "id": None, "code": "overloaded", "message": "Try again."}))
        else:
            server.send(json.dumps(frame))

    def _told(self, end: WebSocketRoute, frame: str) -> None:
        if self.holds(kind_of(frame)):
            self.held.append((end, frame))
        elif end not in self.dead:
            end.send(frame)
