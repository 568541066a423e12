"""What is metered without being parsed is what parsing would have said."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from completions.events import MALFORMED, Event, Reader, json_object
from completions.meter import Meter
from completions.sse import Decoder

texts = st.one_of(
    st.text(max_size=8), st.sampled_from(["Hello", '"', "\\", "a\\", "\n", "é", "usage", "content", "\ud83d"])
)
deltas: st.SearchStrategy[dict[str, Any]] = st.one_of(
    texts.map(lambda text: {"content": text}),
    texts.map(lambda text: {"role": "assistant", "content": text}),
    texts.map(lambda text: {"reasoning_content": text, "content": None}),
    texts.map(lambda text: {"tool_calls": [{"index": 0, "function": {"arguments": text}}]}),
    st.just({}),
)
choices = st.builds(
    lambda index, delta, reason: {"index": index, "delta": delta, "finish_reason": reason},
    st.integers(0, 1),
    deltas,
    st.sampled_from([None, None, None, None, "stop"]),
)
usages = st.sampled_from([None, None, None, {"prompt_tokens": 3, "completion_tokens": 5}])
chunks = st.builds(
    lambda choice, usage, more: {"id": "chatcmpl-1", "choices": [choice], "usage": usage, **more},
    choices,
    usages,
    st.sampled_from([{}, {}, {}, {"content": "not the answer"}, {"error": {"message": "no"}}]),
)
encoded = st.builds(
    lambda chunk, is_ascii, end: b"data: " + json.dumps(chunk, ensure_ascii=is_ascii).encode(errors="replace") + end,
    chunks,
    st.booleans(),
    st.sampled_from([b"\n\n", b"\n\n", b"\n\n", b"\r\n\r\n"]),
)
damaged = st.builds(lambda raw, at: raw[: at % len(raw)] + b"\xff" + raw[at % len(raw) :], encoded, st.integers(0, 200))
streams = st.lists(encoded | encoded | encoded | damaged | st.just(b": alive\n\n"), max_size=12).map(b"".join)


def parsed(stream: bytes) -> list[tuple[bytes, Any]]:
    decoder = Decoder()
    events = [*decoder.feed(stream), *decoder.flush()]
    return [(raw, (json_object(data) or MALFORMED) if data else None) for raw, data in events]


def read(stream: bytes, cuts: list[int]) -> list[Event]:
    reader, places = Reader(), sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    events = [event for start, end in pairwise(places) for event in reader.feed(stream[start:end])]
    return events + reader.flush()


def counts(meter: Meter) -> tuple[Any, ...]:
    return meter.usage, meter.delivered, meter.is_finished, meter.finish_reason, meter.first_token_at


@given(stream=streams, cuts=st.lists(st.integers(0, 2000), max_size=6))
def test_events_and_figures_are_those_of_a_full_parse(stream: bytes, cuts: list[int]) -> None:
    wanted, events = parsed(stream), read(stream, cuts)
    assert [(event.raw, event.data) for event in events] == wanted
    full, cheap = Meter(1), Meter(1)
    for event, (_, data) in zip(events, wanted, strict=True):
        if data is not None:
            full.observe(data, 1.0)
            cheap.add(event.size, 1.0) if event.mould else cheap.observe(data, 1.0)
        assert counts(cheap) == counts(full)


def chunk(text: str, **more: Any) -> bytes:
    return b"data: " + json.dumps({"choices": [{"index": 0, "delta": {"content": text}}], **more}).encode() + b"\n\n"


def test_of_chunks_alike_only_the_first_is_parsed() -> None:
    stream = b"".join(chunk(f"word {number}") for number in range(50))
    assert [event.mould is not None for event in read(stream, [])] == [False] + [True] * 49


def test_choices_that_take_turns_are_each_known() -> None:
    def turn(index: int, text: str) -> bytes:
        return chunk(text).replace(b'"index": 0', b'"index": %d' % index)

    stream = b"".join(turn(number % 3, f"word {number}") for number in range(30))
    assert sum(event.mould is None for event in read(stream, [])) == 3


def test_a_provider_whose_chunks_are_never_alike_is_soon_no_longer_studied() -> None:
    stream = b"".join(chunk("word", obfuscation=f"{number}") for number in range(50))
    reader = Reader()
    assert [event.data for event in reader.feed(stream)] == [data for _, data in parsed(stream)]
    assert not reader._moulds._credit
