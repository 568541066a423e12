"""Large images become small ones that look like them, several beside each other; pages show smaller ones yet."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import PIL.Image
import pytest
from django.test import Client

from playground.images import decoding, fitting, reading
from playground.images.decoding import LARGE, SLOTS, room
from playground.images.thumbnails import SIDE
from playground.models import Comparison
from tests.playground.images.pictures import drafted, noise, picture, upload

#: Seconds, for what happens at once or never.
PATIENCE = 20
HALVES: dict[str, tuple[Any, Any]] = {
    "RGB": ("red", "blue"),
    "RGBA": ("#ff000080", "#0000ff80"),
    "L": (250, 5),
    "P": (1, 2),
    "CMYK": ("red", "blue"),
}


def halves(mode: str, kind: str, size: tuple[int, int] = (3000, 2400), **options: Any) -> bytes:
    """One colour on the left and another on the right."""
    left, right = HALVES[mode]
    image = PIL.Image.new(mode, size, left)
    if mode == "P":
        image.putpalette([0, 0, 0, 255, 0, 0, 0, 0, 255])
    image.paste(right, (size[0] // 2, 0, *size))
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def opened(content: bytes) -> PIL.Image.Image:
    return PIL.Image.open(io.BytesIO(content))


def colour(image: PIL.Image.Image, x: int) -> tuple[int, ...]:
    found = image.convert("RGBA").getpixel((x, image.height // 2))
    assert isinstance(found, tuple)
    return found


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("RGB", "PNG"), ("RGBA", "PNG"), ("L", "PNG"), ("P", "PNG"), ("P", "GIF"), ("RGB", "JPEG"), ("CMYK", "JPEG"),
     ("L", "JPEG"), ("RGB", "WEBP"), ("RGBA", "WEBP")],
)  # fmt: skip
def test_it_looks_as_it_did(mode: str, kind: str) -> None:
    content = halves(mode, kind)
    made = reading.read(content)
    assert (made.width, made.height, made.note) == (2048, 1638, "resized from 3000 × 2400")
    small, was = opened(made.content), opened(content)
    for now, then in (10, 10), (-10, -10):
        pairs = zip(colour(small, now % 2048), colour(was, then % 3000), strict=True)
        assert all(abs(one - other) <= 6 for one, other in pairs)


def test_one_colour_of_a_palette_that_is_clear_stays_clear() -> None:
    made = reading.read(halves("P", "GIF", transparency=1))
    assert (made.kind, colour(opened(made.content), 10)[3], colour(opened(made.content), -10 % 2048)[3]) == (
        "png",
        0,
        255,
    )


def test_a_large_photo_is_turned_upright() -> None:
    exif = PIL.Image.Exif()
    exif[fitting.ORIENTATION] = 6
    made = reading.read(picture("JPEG", (6000, 4000), exif=exif.tobytes()))
    assert (made.width, made.height, made.note) == (1365, 2048, "resized from 4000 × 6000")
    assert fitting.ORIENTATION not in opened(made.content).getexif()


def test_what_would_be_heavy_and_is_clear_becomes_webp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "KEPT_BYTES", 60_000)
    image = opened(noise((400, 400))).convert("RGBA")
    image.putalpha(PIL.Image.linear_gradient("L").resize((400, 400)))
    written = io.BytesIO()
    image.save(written, "PNG")
    made = reading.read(written.getvalue())
    assert made.kind == "webp"
    assert len(made.content) <= 60_000
    assert opened(made.content).mode == "RGBA"


def test_small_ones_do_not_wait_for_large_ones(alice_client: Client, comparison: Comparison) -> None:
    with ExitStack() as stack:
        for _ in range(SLOTS):
            stack.enter_context(room("png", (LARGE, 2)))
        assert drafted(alice_client, comparison, picture()).image.dimensions == "64 × 48"


def test_who_waits_too_long_for_a_slot_is_refused_with_a_sentence(
    alice_client: Client, comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = drafted(alice_client, comparison, picture(size=(900, 600))).image
    monkeypatch.setattr(decoding, "PATIENCE", 0.01)
    monkeypatch.setattr(decoding, "LARGE", 100)
    with ExitStack() as stack:
        for _ in range(SLOTS):
            stack.enter_context(room("png", (LARGE, 2)))
        refused = [upload(alice_client, comparison, picture()), alice_client.get(kept.thumbnail_url)]
    for answer in refused:
        assert (answer.status_code, b"Lineup is busy with other images" in answer.content) == (409, True)
    assert upload(alice_client, comparison, picture()).status_code == 200
    assert alice_client.get(kept.thumbnail_url).status_code == 200


def test_as_many_large_ones_as_there_are_slots_are_decoded_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "LARGE", 100)
    shrunk, counted, full = fitting.shrunk, threading.Lock(), threading.Event()
    running: list[int] = [0]
    most: list[int] = []

    def watched(image: PIL.Image.Image, side: int) -> PIL.Image.Image:
        with counted:
            running[0] += 1
            most.append(running[0])
            if running[0] == SLOTS:
                full.set()
        assert full.wait(PATIENCE)
        made = shrunk(image, side)
        with counted:
            running[0] -= 1
        return made

    monkeypatch.setattr(fitting, "shrunk", watched)
    content = picture("JPEG", (2100, 20))
    with ThreadPoolExecutor(3 * SLOTS) as threads:
        made = list(threads.map(reading.read, [content] * (3 * SLOTS)))
    assert {each.width for each in made} == {2048}
    assert max(most) == SLOTS


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_page_shows_a_small_one(alice_client: Client, comparison: Comparison, kind: str) -> None:
    image = drafted(alice_client, comparison, noise((1500, 1000), kind), f"noise.{kind.lower()}").image
    page = alice_client.get(f"/playground/{comparison.pk}").content.decode()
    assert f'src="{image.thumbnail_url}"' in page
    shown = alice_client.get(image.thumbnail_url)
    assert (shown["Content-Type"], opened(shown.content).size) == ("image/webp", (SIDE, 320))
    assert len(shown.content) < 100_000 < image.size
    assert "immutable" in shown["Cache-Control"]
    assert "sandbox" in shown["Content-Security-Policy"]


def test_what_is_small_is_shown_as_it_is(alice_client: Client, comparison: Comparison) -> None:
    content = picture("GIF")
    shown = alice_client.get(drafted(alice_client, comparison, content, "a.gif").image.thumbnail_url)
    assert (shown["Content-Type"], shown.content) == ("image/gif", content)


def test_strangers_see_no_thumbnail_of_a_draft(
    alice_client: Client, bob_client: Client, comparison: Comparison
) -> None:
    image = drafted(alice_client, comparison, picture(size=(900, 600))).image
    Comparison.objects.update(sharing="copy")
    assert alice_client.get(image.thumbnail_url).status_code == 200
    assert bob_client.get(image.thumbnail_url).status_code == 404
