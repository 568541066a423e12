"""What a provider is sent is what the caller asked, however long its texts are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from completions import outgoing

texts = st.text(max_size=40) | st.sampled_from(["long " * 10, '"\\' * 20, "é\n\0" * 20, "\ud83d" * 20])
urls = st.builds(lambda text: {"type": "image_url", "image_url": {"url": text}}, texts)
parts = st.builds(lambda text: {"type": "text", "text": text}, texts) | urls
messages = st.builds(
    lambda content, more: {"role": "user", "content": content, **more},
    texts | st.none() | st.lists(parts, max_size=3),
    st.sampled_from([{}, {"name": "x" * 30}]),
)
bodies = st.builds(lambda said, text: {"messages": said, "own": [text]}, st.lists(messages, max_size=4), texts)


async def sent(body: dict[str, Any]) -> bytes:
    content = await outgoing.outgoing(body)
    data = content.data()
    raw = data if isinstance(data, bytes) else b"".join([piece async for piece in data])
    assert len(raw) == content.length
    return raw


@pytest.mark.parametrize("length", [1, 7, 64 * 1024])
@given(body=bodies)
async def test_it_is_the_body_as_json(length: int, body: dict[str, Any]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(outgoing, "LONG", length)
        patched.setattr(outgoing, "PIECE", length)
        raw = await sent(body)
    assert json.loads(raw.decode(errors="surrogatepass")) == body


async def test_a_long_text_is_sent_in_pieces() -> None:
    body = {"messages": [{"role": "user", "content": "x" * 200_000}]}
    data = (await outgoing.outgoing(body)).data()
    assert not isinstance(data, bytes)
    assert max([len(piece) async for piece in data]) <= outgoing.PIECE
