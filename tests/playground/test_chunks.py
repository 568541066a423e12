"""Telling text from reasoning."""

from __future__ import annotations

from typing import Any

import pytest

from playground.chunks import ChunkReader


def read(*deltas: dict[str, Any]) -> tuple[str, str]:
    reader = ChunkReader()
    pieces = [reader.read({"choices": [{"index": 0, "delta": delta}]}) for delta in deltas] + [reader.rest()]
    return "".join(text for text, _ in pieces), "".join(reasoning for _, reasoning in pieces)


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_reasoning_comes_in_a_member_of_its_own(name: str) -> None:
    assert read({name: "Hm."}, {"content": "Yes."}) == ("Yes.", "Hm.")


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 100])
def test_or_in_tags_at_the_beginning_however_they_are_cut(size: int) -> None:
    said = "\n<think>\nIs 2 < 3? </thin\nYes.</think>\n\nIt <think>is</think>."
    pieces = [{"content": said[at : at + size]} for at in range(0, len(said), size)]
    assert read(*pieces) == ("\n\nIt <think>is</think>.", "\nIs 2 < 3? </thin\nYes.")


@pytest.mark.parametrize("said", ["<thin", "<p>", "  ", "a <think>b</think>", "", "<", "<thinking>"])
def test_what_only_looks_like_a_tag_is_text(said: str) -> None:
    pieces = [{"content": character} for character in said]
    assert read(*pieces) == (said, "")


def test_thoughts_that_are_cut_off_are_still_thoughts() -> None:
    assert read({"content": "<think>Well, </th"}) == ("", "Well, </th")


@pytest.mark.parametrize(
    "event",
    [
        *({"choices": choices} for choices in ([], None, [7], [{"delta": None}], [{"delta": {"content": 7}}], "x")),
        {"choices": [{"index": 1, "delta": {"content": "other"}}]},
        {},
    ],
)
def test_an_event_that_says_nothing_adds_nothing(event: dict[str, Any]) -> None:
    assert ChunkReader().read(event) == ("", "")


def test_what_no_database_keeps_is_replaced() -> None:
    assert read({"content": "a\0b\ud800c"}) == ("a\ufffdb\ufffdc", "")
