"""What a tab shows, read from the page's HTML: lanes, their models, their messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, NamedTuple

from playground.models import Answer

RUNNING = frozenset(Answer.RUNNING)
VOID = {"area", "base", "br", "hr", "img", "input", "link", "meta", "rect", "path", "circle", "line", "use"}


@dataclass(slots=True)
class Said:
    """`state` is its answer's, empty for what a person wrote."""

    id: str
    role: str
    state: str = ""
    text: str = ""
    is_edited: bool = False


@dataclass(slots=True)
class Lane:
    id: str
    letter: str
    revision: int
    model: str = ""
    messages: list[Said] = field(default_factory=list)


class Shown(NamedTuple):
    """As two tabs are compared; revisions are not shown."""

    title: str
    lanes: dict[str, tuple[str, str, tuple[tuple[str, str, str, str, bool], ...]]]


def shown(title: str, lanes: dict[str, Lane]) -> Shown:
    rows = {
        letter: tuple((one.id, one.role, one.state, " ".join(one.text.split()), one.is_edited) for one in lane.messages)
        for letter, lane in sorted(lanes.items())
    }
    return Shown(title, {letter: (lanes[letter].id, lanes[letter].model, rows[letter]) for letter in rows})


class Screen(HTMLParser):
    """A page, a board, a lane, a head or some messages."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.title = ""
        self.lanes: dict[str, Lane] = {}
        self.messages: list[Said] = []
        self.model = ""
        self._depth = 0
        #: The element whose text is being read, by its depth and what it says.
        self._reading: tuple[int, str] | None = None
        self.feed(html)
        self.close()
        self.title = " ".join(self.title.split())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._depth += tag not in VOID
        given: dict[str, Any] = dict(attributes)
        classes = (given.get("class") or "").split()
        if "data-lane" in given:
            lane = Lane(given["data-lane-id"], given["data-lane"], int(given["data-revision"]))
            self.lanes[lane.letter], self.messages = lane, lane.messages
        elif "data-message" in given:
            self.messages.append(Said(given["data-message"], given["data-role"]))
        elif "data-answer" in given:
            self.messages[-1].state = given.get("data-answer-state", "")
            self._reading = self._depth, "text"
        elif "message-text" in classes:
            self._reading = self._depth, "text"
        elif "message-role" in classes:
            self._reading = self._depth, "role"
        elif "lane-model-name" in classes:
            self._reading = self._depth, "model"
        elif "data-title" in given:
            self._reading = self._depth, "title"

    def handle_endtag(self, tag: str) -> None:
        if self._reading and self._depth == self._reading[0]:
            self._reading = None
        self._depth -= tag not in VOID

    def handle_data(self, data: str) -> None:
        what = self._reading[1] if self._reading else ""
        if what == "text":
            self.messages[-1].text += data
        elif what == "role":
            self.messages[-1].is_edited |= "Edited" in data
        elif what == "title":
            self.title += data
        elif what == "model":
            self.model = data
            if self.lanes:
                list(self.lanes.values())[-1].model = data
