"""Events come out of bytes the same, however the bytes are cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from completions import sse
from completions.sse import Decoder, EventTooLong, RawEvent

line_ends = st.sampled_from([b"\n", b"\r\n", b"\r"])
words = st.text(st.characters(exclude_characters="\r\n", codec="utf-8"), max_size=12).map(str.encode)
lines = st.one_of(
    words.map(lambda word: b"data: " + word),
    words.map(lambda word: b"data:" + word),
    words.map(lambda word: b": " + word),
    st.just(b"event: message"),
    st.just(b""),
)
streams = st.lists(st.tuples(lines, line_ends)).map(lambda parts: b"".join(line + end for line, end in parts))


def decoded(*parts: bytes) -> list[RawEvent]:
    decoder = Decoder()
    events = [event for part in parts for event in decoder.feed(part)]
    return events + decoder.flush()


@given(stream=streams | st.binary(max_size=60), cuts=st.lists(st.integers(0, 200)))
def test_any_cut_gives_the_same_events_and_loses_no_byte(stream: bytes, cuts: list[int]) -> None:
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    parts = [stream[start:end] for start, end in pairwise(places)]
    whole = decoded(stream)
    assert decoded(*parts) == whole
    assert decoded(*(bytes([byte]) for byte in stream)) == whole
    assert b"".join(event.raw for event in whole) == stream


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_data_of_several_lines_is_joined(end: bytes) -> None:
    (event,) = decoded(b"event: x" + end + b"data: one" + end + b"data: two" + end + end)
    assert event.data == b"one\ntwo"


def test_a_comment_has_no_data() -> None:
    assert [event.data for event in decoded(b": still here\n\ndata: {}\n\n")] == [None, b"{}"]


def test_an_event_is_there_with_its_blank_line_and_not_before() -> None:
    decoder = Decoder()
    assert decoder.feed(b"data: {}\n") == []
    assert [event.data for event in decoder.feed(b"\n")] == [b"{}"]


def test_a_byte_order_mark_is_passed_on_and_not_read() -> None:
    (event,) = decoded(b"\xef\xbb\xbfdata: {}\n\n")
    assert (event.data, event.raw[:3]) == (b"{}", b"\xef\xbb\xbf")


def test_an_event_without_an_end_is_refused_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "MOST_BYTES", 1000)
    decoder = Decoder()
    with pytest.raises(EventTooLong):
        for _ in range(1001):
            decoder.feed(b"x")
