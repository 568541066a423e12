from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from PIL import Image

from tests.model_ids import LLAMA, SCOUT
from tests.simulator.requests import post, refusal, text_of
from tests.simulator.serving import Simulator


def picture(kind: str = "PNG", size: tuple[int, int] = (640, 480), colour: str = "#336699") -> str:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(buffer.getvalue()).decode()}"


def shows(*urls: Any) -> dict[str, Any]:
    parts = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
    return {
        "model": SCOUT,
        "messages": [{"role": "user", "content": [{"type": "text", "text": "What is it?"}, *parts]}],
    }


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_it_says_what_it_sees(simulator: Simulator, kind: str) -> None:
    text = text_of(simulator, **shows(picture(kind)))
    assert f"{kind} of 640 × 480 pixels" in text


def test_it_looks_at_the_pixels(simulator: Simulator) -> None:
    assert "`#336699`" in text_of(simulator, **shows(picture()))
    assert "`#ffffff`" in text_of(simulator, **shows(picture(colour="white")))


def test_it_sees_all_of_them_and_counts_their_tiles(simulator: Simulator) -> None:
    body = shows(picture(size=(100, 100)), picture(size=(513, 100)))
    answer = post(simulator, **body)[2]
    assert "Image 2 is" in answer["choices"][0]["message"]["content"]
    without = post(simulator, **shows())[2]
    assert answer["usage"]["prompt_tokens"] - without["usage"]["prompt_tokens"] == 3 * 170


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/cat.png",
        "data:image/png;base64,bm90IGFuIGltYWdl",
        "data:image/png;base64,***",
        "data:text/plain;base64,aGVsbG8=",
        picture()[:-400],
        "",
        None,
    ],
)
def test_it_refuses_what_it_cannot_see(simulator: Simulator, url: object) -> None:
    status, error = refusal(simulator, **shows(url))
    assert (status, error["param"]) == (400, "messages[0].content[1].image_url.url")


def test_it_says_politely_that_it_fetches_nothing(simulator: Simulator) -> None:
    error = refusal(simulator, **shows("https://example.com/cat.png"))[1]
    assert "send the image as a data: URL" in error["message"]


def test_a_model_without_eyes_says_so(simulator: Simulator) -> None:
    status, error = refusal(simulator, **shows(picture()) | {"model": LLAMA})
    assert (status, error["param"]) == (400, "messages[0].content[1].image_url")


def test_it_does_not_unpack_a_bomb(simulator: Simulator) -> None:
    buffer = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(buffer, "PNG")
    url = f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
    assert refusal(simulator, **shows(url))[0] == 400
