"""A comparison as it stands in the database, read with bare SQL."""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

from tests.playground.crowd.screen import RUNNING, Lane, Said, Shown, shown
from tests.serving import Store

LANES = """SELECT lane.id, letter, revision, model.name FROM playground_lane lane
JOIN inference_catalog_model model ON model.id = lane.model_id WHERE comparison_id = ? AND closed_at IS NULL"""
MESSAGES = """SELECT message.lane_id, message.id, role, text, edited_at, answer.state, answer.completion_id
FROM playground_message message LEFT JOIN playground_answer answer ON answer.message_id = message.id
JOIN playground_lane lane ON lane.id = message.lane_id
WHERE lane.comparison_id = ? AND lane.closed_at IS NULL ORDER BY message.id"""
TITLE = "SELECT title FROM playground_comparison WHERE id = ?"
COUNT_RUNNING = """SELECT count(*) FROM playground_answer answer JOIN playground_lane lane ON lane.id = answer.lane_id
WHERE comparison_id = ? AND state IN ('queued', 'connecting', 'thinking', 'streaming')"""
HELD = "SELECT count(*) FROM billing_reservation WHERE state = 'running'"
AMOUNT_HELD = "SELECT sum(held) FROM billing_account"


class Rows(NamedTuple):
    lanes: dict[str, Lane]
    #: By message.
    completions: dict[str, str]
    title: str

    @property
    def is_running(self) -> bool:
        return any(said.state in RUNNING for lane in self.lanes.values() for said in lane.messages)

    @property
    def shown(self) -> Shown:
        return shown(self.title or "New comparison", self.lanes)


def read(store: Store, comparison: str) -> Rows:
    key = _key(store, comparison)
    lanes = {row[0]: Lane(_id(row[0]), *row[1:]) for row in store.query(LANES, key)}
    completions = {}
    for lane_id, message_id, role, text, edited_at, state, completion in store.query(MESSAGES, key):
        # A lane may have come after the lanes were read; then nothing is quiet and the reader looks again.
        if lane_id in lanes:
            lanes[lane_id].messages.append(Said(_id(message_id), role, state or "", text, edited_at is not None))
        if completion:
            completions[_id(message_id)] = _id(completion)
    [(title,)] = store.query(TITLE, key)
    return Rows({lane.letter: lane for lane in lanes.values()}, completions, title)


def is_running(store: Store, comparison: str) -> bool:
    return store.query(COUNT_RUNNING, _key(store, comparison)) != [(0,)]


def is_anything_held(store: Store) -> bool:
    return store.query(HELD) != [(0,)] or store.query(AMOUNT_HELD) not in ([(0,)], [(None,)])


def _key(store: Store, comparison: str) -> Any:
    return comparison if store.database_url else uuid.UUID(comparison).hex


def _id(value: Any) -> str:
    return str(uuid.UUID(str(value)))
