"""What the page's scripts make of the socket's frames: board.js, lane.js and run.js without a document.

Each handler returns False where they do, when something is missing that only a resume brings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.playground.crowd.screen import RUNNING, Lane, Said, Screen, Shown, shown

Frame = dict[str, Any]


@dataclass(slots=True)
class Run:
    """An answer that is being written."""

    said: Said
    seq: int = 0

    def take(self, seq: int, text: str) -> bool:
        if seq == self.seq + 1:
            self.seq = seq
            self.said.text += text
        return seq <= self.seq

    def restore(self, frame: Frame) -> None:
        if frame["seq"] >= self.seq:
            self.seq, self.said.text, self.said.state = frame["seq"], frame["text"], frame["phase"]


@dataclass(slots=True)
class MirroredLane:
    shown: Lane
    head_revision: int
    run: Run | None = None

    @classmethod
    def of(cls, lane: Lane) -> MirroredLane:
        mirrored = cls(lane, lane.revision)
        mirrored.begin_latest()
        return mirrored

    def begin_latest(self) -> None:
        latest = next((said for said in reversed(self.shown.messages) if said.state), None)
        self.run = Run(latest) if latest and latest.state in RUNNING else None
        if self.run:
            self.run.said.text = ""

    def running(self, answer: str) -> Run | None:
        """What is still said of an answer that has ended begins nothing."""
        if self.run is None or self.run.said.id != answer:
            found = self.message(answer)
            if found is None or found.state not in RUNNING:
                return None
            self.run, found.text = Run(found), ""
        return self.run

    def message(self, message_id: str) -> Said | None:
        return next((said for said in self.shown.messages if said.id == message_id), None)


@dataclass(slots=True)
class Mirror:
    title: str
    lanes: dict[str, MirroredLane] = field(default_factory=dict)
    #: Asked for by the frame `lanes`.
    wants_board: bool = False
    closed: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, page: str) -> Mirror:
        read = Screen(page)
        return cls(read.title, {letter: MirroredLane.of(lane) for letter, lane in read.lanes.items()})

    @property
    def shown(self) -> Shown:
        return shown(self.title, {letter: lane.shown for letter, lane in self.lanes.items()})

    def known(self) -> Frame:
        lanes = {letter: lane.shown.revision for letter, lane in self.lanes.items()}
        return {"type": "resume", "lanes": lanes}

    def take(self, frame: Frame) -> bool:
        if "d" in frame:
            took = [self._delta(*delta) for delta in frame["d"]]
            return all(took)
        kind = frame["type"].replace("-", "_")
        if board := getattr(self, f"_board_{kind}", None):
            board(frame)
            return True
        handler = getattr(self, f"_{kind}", None)
        if handler is None:
            return True
        lane = self.lanes.get(frame["lane"])
        return bool(lane and handler(lane, frame))

    def take_board(self, page: str) -> None:
        fresh = Screen(page).lanes
        self.lanes = {
            letter: known if (known := self._of(lane.id)) else MirroredLane.of(lane) for letter, lane in fresh.items()
        }

    def _of(self, lane_id: str) -> MirroredLane | None:
        return next((lane for lane in self.lanes.values() if lane.shown.id == lane_id), None)

    def _delta(self, letter: str, seq: int, text: str, _reasoning: str = "") -> bool:
        lane = self.lanes.get(letter)
        return bool(lane and lane.run and lane.run.take(seq, text))

    def _board_title(self, frame: Frame) -> None:
        self.title = frame["title"]

    def _board_lanes(self, _frame: Frame) -> None:
        self.wants_board = True

    def _board_lane_added(self, frame: Frame) -> None:
        [lane] = Screen(frame["html"]).lanes.values()
        if self._of(lane.id) is None and lane.id not in self.closed:
            self.lanes[lane.letter] = MirroredLane.of(lane)

    def _board_lane_closed(self, frame: Frame) -> None:
        self.closed.add(frame["id"])
        if lane := self._of(frame["id"]):
            del self.lanes[lane.shown.letter]

    def _lane(self, lane: MirroredLane, frame: Frame) -> bool:
        if frame["revision"] >= lane.shown.revision:
            lane.shown.id = frame["id"]
            lane.shown.messages = Screen(frame["html"]).messages
            lane.shown.revision = frame["revision"]
            lane.begin_latest()
        return True

    def _lane_head(self, lane: MirroredLane, frame: Frame) -> bool:
        if frame["revision"] > lane.shown.revision + 1:
            return False
        lane.shown.revision = max(lane.shown.revision, frame["revision"])
        if frame["revision"] >= lane.head_revision:
            lane.head_revision = frame["revision"]
            lane.shown.model = Screen(frame["html"]).model
        return True

    def _messages(self, lane: MirroredLane, frame: Frame) -> bool:
        if frame["revision"] == lane.shown.revision + 1:
            came = Screen(frame["html"]).messages
            lane.shown.messages += came
            lane.shown.revision = frame["revision"]
            if any(said.state in RUNNING for said in came):
                lane.begin_latest()
        return bool(frame["revision"] <= lane.shown.revision)

    def _phase(self, lane: MirroredLane, frame: Frame) -> bool:
        run = lane.running(frame["answer"])
        if run and not run.said.text:
            run.said.state = frame["phase"]
        return lane.message(frame["answer"]) is not None

    def _snapshot(self, lane: MirroredLane, frame: Frame) -> bool:
        run = lane.running(frame["answer"])
        if run:
            run.restore(frame)
        return lane.message(frame["answer"]) is not None

    def _ended(self, lane: MirroredLane, frame: Frame) -> bool:
        if frame["revision"] <= lane.shown.revision:
            return True
        run = lane.run
        if frame["revision"] > lane.shown.revision + 1 or run is None:
            return False
        if run.said.id != frame["answer"] or run.seq < frame["seq"]:
            return False
        lane.shown.revision = frame["revision"]
        run.said.state = frame["state"]
        lane.run = None
        return True
