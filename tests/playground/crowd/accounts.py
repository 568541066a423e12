"""What must have become of a comparison by what was done to it: no message is lost, none is there twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.playground.crowd.crowd import Deed
from tests.playground.crowd.rows import Rows
from tests.playground.crowd.screen import Lane, Said


@dataclass
class Accounts:
    before: dict[str, Lane] = field(default_factory=dict)
    #: Texts of which nobody knows for sure whether they were let in.
    perhaps: set[str] = field(default_factory=set)

    def take(self, deeds: list[Deed], now: Rows) -> None:
        """Lanes are told apart by their ids: another may have taken a letter."""
        self.perhaps |= {deed.text for deed in deeds if deed.text and deed.is_done is None}
        lanes = {lane.id: lane for lane in now.lanes.values()}
        self._lanes_are_those(deeds, lanes)
        for lane in lanes.values():
            _Account(lane, self.before.get(lane.id), deeds, self.perhaps).check()
        self.before = lanes

    def _lanes_are_those(self, deeds: list[Deed], lanes: dict[str, Lane]) -> None:
        closed = {deed.lane for deed in deeds if deed.verb == "close" and deed.is_done}
        opened = sum(deed.verb == "open" and deed.is_done is True for deed in deeds)
        assert lanes, "no lane is left"
        assert not closed & lanes.keys()
        if self.before:
            assert self.before.keys() - closed <= lanes.keys()
            was_closed_again = len(closed - self.before.keys())
            assert len(lanes.keys() - self.before.keys()) == opened - was_closed_again


class _Account:
    """Of one lane."""

    def __init__(self, lane: Lane, before: Lane | None, deeds: list[Deed], perhaps: set[str]) -> None:
        self.lane, self.perhaps = lane, perhaps
        self.was = before.messages if before else []
        self.is_new = before is None
        known = {said.id for said in self.was}
        self.here = {said.id for said in lane.messages}
        self.new = [said for said in lane.messages if said.id not in known]
        mine = [deed for deed in deeds if deed.lane == lane.id and deed.is_done is not False]
        self.cuts = [deed for deed in mine if deed.verb in ("retry", "clear")]
        self.deleted = {deed.message for deed in mine if deed.verb == "delete"}
        self.edits = {deed.text for deed in mine if deed.verb == "edit"}
        self.said = [deed for deed in deeds if deed.verb == "say" and lane.letter in (deed.letters or lane.letter)]
        self.boards_change = any(deed.verb in ("open", "close") and deed.is_done for deed in deeds)

    def check(self) -> None:
        self._what_was_there_stays()
        self._what_is_new_was_said()
        if not self.cuts and not self.boards_change and not self.is_new:
            self._what_was_said_is_there()

    def _what_was_there_stays(self) -> None:
        kept = self.was[: min(map(self._kept_by, self.cuts), default=len(self.was))]
        ids = [said.id for said in self.lane.messages]
        assert not self.deleted & self.here - {deed.message for deed in self.cuts if deed.is_done is None}
        wanted = [said.id for said in kept if said.id not in self.deleted]
        assert ids[: len(wanted)] == wanted, "a message that nobody removed is gone"
        known = {said.id: said for said in self.was}
        for said in self.lane.messages[: len(wanted)]:
            assert said.text in {known[said.id].text, *self.edits}

    def _kept_by(self, cut: Deed) -> int:
        """How many of those before it stay; a retry of what came after them leaves them all."""
        if cut.verb == "clear":
            return 0
        at = next((at for at, said in enumerate(self.was) if said.id == cut.message), len(self.was))
        return at + (at < len(self.was) and self.was[at].role != "assistant")

    def _what_is_new_was_said(self) -> None:
        texts = Counter(said.text for said in self.new if not said.state)
        let_in = {deed.text for deed in self.said if deed.is_done is not False} | self.perhaps | self.edits
        assert texts.keys() <= let_in, "what was refused is there, or what nobody said"
        assert set(texts.values()) <= {1}, "a message is there twice"
        answers = sum(bool(said.state) for said in self.new)
        asked = sum(deed.is_asking and deed.is_done is not False for deed in self.said)
        assert answers <= asked + len(self.cuts) + len(self.perhaps)

    def _what_was_said_is_there(self) -> None:
        """In a lane of which nothing but single messages was taken away, and nothing unknown happened."""
        let_in = [deed for deed in self.said if deed.is_done]
        new: list[Said] = [said for said in self.new if said.text not in self.perhaps]
        wanted = len(let_in) + sum(deed.is_asking for deed in let_in)
        gone = self.deleted - {said.id for said in self.was}
        if not self.perhaps:
            assert len(new) == wanted - len(gone), f"{wanted - len(gone)} messages were let in: {new}"
