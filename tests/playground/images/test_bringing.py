"""Images come into the draft as files; what is none, or would do harm, is refused with a sentence."""

from __future__ import annotations

import html
import io
import re
from hashlib import sha256
from typing import Any

import PIL.Image
import pytest
from django.test import Client

from playground.images import fitting, keeping, reading
from playground.models import Attachment, Comparison, Image
from tests.playground.images.pictures import animation, declared, drafted, noise, picture, scanned, upload


def sentence(answer: Any) -> str:
    assert answer.status_code == 409, answer.content
    [found] = re.findall(r"data-sentence>(.*?)</p>", answer.content.decode())
    return html.unescape(found)


@pytest.mark.parametrize(("kind", "name"), [("PNG", "a.png"), ("JPEG", "a.jpeg"), ("WEBP", "a.webp"), ("GIF", "a.gif")])
def test_it_is_kept_byte_for_byte(alice_client: Client, comparison: Comparison, kind: str, name: str) -> None:
    content = picture(kind)
    attachment = drafted(alice_client, comparison, content, name)
    image = attachment.image
    assert (attachment.name, attachment.note, image.kind, image.dimensions) == (name, "", kind.lower(), "64 × 48")
    shown = alice_client.get(image.get_absolute_url())
    assert (shown.content, shown["Content-Type"]) == (content, f"image/{kind.lower()}")
    assert image.digest == sha256(content).hexdigest()


def test_it_is_served_so_that_nothing_in_it_runs(alice_client: Client, comparison: Comparison) -> None:
    shown = alice_client.get(drafted(alice_client, comparison, picture()).image.get_absolute_url())
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert shown["Cache-Control"] == "private, max-age=86400, immutable"


def test_a_jpeg_of_many_scans_is_kept_and_so_is_the_film_behind_it(
    alice_client: Client, comparison: Comparison
) -> None:
    content = scanned(90) + b"\xff\xda\xd0" * 500
    assert drafted(alice_client, comparison, content, "a.jpg").image.size == len(content)


def test_a_polyglot_is_an_image_and_nothing_else(alice_client: Client, comparison: Comparison) -> None:
    content = picture("GIF") + b"<html><script>alert(1)</script>PK\x03\x04"
    shown = alice_client.get(drafted(alice_client, comparison, content, "page.html").image.get_absolute_url())
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/gif", "nosniff")
    assert "sandbox" in shown["Content-Security-Policy"]
    assert shown["Content-Disposition"] == 'inline; filename="image.gif"'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "an SVG drawing"),
        (b"<?xml version='1.0'?>\n<!-- x -->\n<svg/>", "an SVG drawing"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC photo"),
        (b"\0\0\0\x18ftypavif\0\0\0\0", "an AVIF image"),
        (b"BM" + b"\0" * 60, "no image that models take"),
        (b"%PDF-1.7", "no image that models take"),
        (b"\x89PNG\r\n\x1a\n", "cannot be decoded"),
        (b"\xff\xd8\xff" + b"<script>" * 20, "cannot be decoded"),
        (b"GIF89a" + b"\0" * 7, "cannot be decoded"),
        (b"RIFF\xff\xff\xff\xffWEBPVP8 ", "cannot be decoded"),
        (picture()[:-60], "cannot be decoded"),
        (noise((200, 200), "JPEG")[:3000], "cannot be decoded"),
        (noise((200, 200), "WEBP")[:3000], "cannot be decoded"),
        (picture("GIF", (500, 500))[:300], "cannot be decoded"),
        (declared(60_000, 60_000), "very many pixels; at most 36 million"),
        (declared(2**31 - 1, 2**31 - 1), "cannot be decoded|pixels"),
        (declared(12_000, 12_000), "very many pixels"),
        (declared(9_000, 9_000), "9,000 × 9,000 pixels; at most 36 million"),
        (declared(1, 65_535), "1 × 65,535 pixels"),
        (declared(0, 10), "cannot be decoded"),
        (declared(500, 500), "cannot be decoded"),
        (scanned(91), "This JPEG has more than 100 scans"),
        (scanned(91).replace(b"\xff\xda", b"\xff\xff\xda"), "This JPEG has more than 100 scans"),
    ],
)
def test_what_is_none_is_refused(alice_client: Client, comparison: Comparison, content: bytes, why: str) -> None:
    assert re.search(why, sentence(upload(alice_client, comparison, content)))
    assert not Image.objects.exists()


def test_an_empty_file_and_no_file_are_none(alice_client: Client, comparison: Comparison) -> None:
    assert "no image" in sentence(upload(alice_client, comparison, b"")).lower()
    assert "No image came" in sentence(alice_client.post(f"/playground/{comparison.pk}/images", {"image": "text"}))


def test_one_that_is_much_too_large_is_not_read(
    alice_client: Client, comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 1_000_000)
    assert "at most 1 MB" in sentence(upload(alice_client, comparison, picture() + b"\0" * 1_000_000))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("C:\\Users\\a\\cat.png", "cat.png"),
        ("a\0b\r\n\u202egnp.exe", "abgnp.exe.png"),
        (".png", "png.png"),
        ("…/", "image.png"),
        ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
        ("cat.jpg", "cat.png"),
        ("ж" * 300 + ".png", "ж" * 91 + ".png"),
    ],
)
def test_a_name_is_a_name_and_no_path(given: str, kept: str) -> None:
    assert reading.named(given, "png") == kept


def test_a_name_is_text_on_the_page(alice_client: Client, comparison: Comparison) -> None:
    drafted(alice_client, comparison, picture(), "<img src=x onerror=alert(1)>.png")
    page = alice_client.get(f"/playground/{comparison.pk}").content.decode()
    assert "&lt;img src=x onerror=alert(1)&gt;.png" in page
    assert "<img src=x" not in page


def test_what_is_too_large_for_a_model_is_made_smaller(alice_client: Client, comparison: Comparison) -> None:
    attachment = drafted(alice_client, comparison, picture("JPEG", (4000, 3000)), "photo.jpg")
    assert (attachment.image.dimensions, attachment.note) == ("2048 × 1536", "resized from 4000 × 3000")
    content = alice_client.get(attachment.image.get_absolute_url()).content
    assert PIL.Image.open(io.BytesIO(content)).size == (2048, 1536)


def test_what_has_too_many_bytes_is_made_smaller(
    alice_client: Client, comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "KEPT_BYTES", 60_000)
    image = drafted(alice_client, comparison, noise((400, 400)), "noise.png").image
    assert image.size <= 60_000
    assert image.kind == "jpeg"


def test_a_photo_is_turned_upright(alice_client: Client, comparison: Comparison) -> None:
    exif = PIL.Image.Exif()
    exif[fitting.ORIENTATION] = 6
    attachment = drafted(alice_client, comparison, picture("JPEG", (60, 40), exif=exif.tobytes()), "phone.jpg")
    assert (attachment.image.dimensions, attachment.note) == ("40 × 60", "")


@pytest.mark.parametrize(("kind", "name"), [("GIF", "a.gif"), ("WEBP", "a.webp"), ("PNG", "a.png")])
def test_of_an_animation_the_first_frame_is_kept_and_it_says_so(
    alice_client: Client, comparison: Comparison, kind: str, name: str
) -> None:
    attachment = drafted(alice_client, comparison, animation(kind), name)
    assert attachment.note == "first frame of an animation"
    content = alice_client.get(attachment.image.get_absolute_url()).content
    with PIL.Image.open(io.BytesIO(content)) as kept:
        assert not getattr(kept, "is_animated", False)
        red, _green, blue = kept.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
        assert red > blue


def test_what_the_browser_did_to_it_is_said(alice_client: Client, comparison: Comparison) -> None:
    upload(alice_client, comparison, picture(), note="resized from 4000 × 3000")
    assert Attachment.objects.get().note == "resized from 4000 × 3000"


def test_order_is_kept_and_the_same_bytes_are_kept_once(alice_client: Client, comparison: Comparison) -> None:
    for name, colour in (("a.png", "red"), ("b.png", "blue"), ("c.png", "red")):
        drafted(alice_client, comparison, picture(colour=colour), name)
    assert [one.name for one in comparison.draft_images] == ["a.png", "b.png", "c.png"]
    assert Image.objects.count() == 2


def test_two_that_were_pasted_are_told_apart_by_name(alice_client: Client, comparison: Comparison) -> None:
    for colour in ("red", "blue", "green"):
        drafted(alice_client, comparison, picture(colour=colour), "image.png")
    assert [one.name for one in comparison.draft_images] == ["image.png", "image-2.png", "image-3.png"]


def test_a_message_takes_eight(alice_client: Client, comparison: Comparison) -> None:
    for number in range(8):
        drafted(alice_client, comparison, picture(size=(10 + number, 10)))
    assert "at most 8 images" in sentence(upload(alice_client, comparison, picture(size=(30, 30))))
    assert comparison.draft_images.count() == 8


def test_a_comparison_keeps_so_much(
    alice_client: Client, comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_IN_COMPARISON", 40_000)
    drafted(alice_client, comparison, noise((100, 100)))
    assert "keeps at most" in sentence(upload(alice_client, comparison, noise((101, 101))))


def test_what_was_taken_away_makes_room(
    alice_client: Client, comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_IN_COMPARISON", 70_000)
    first, second = (drafted(alice_client, comparison, noise((100, side))) for side in (100, 101))
    alice_client.post(f"/playground/attachments/{first.pk}/remove")
    third = drafted(alice_client, comparison, noise((100, 102)))
    assert list(comparison.draft_images) == [second, third]
    assert comparison.images.count() == 2
    assert "keeps at most" in sentence(upload(alice_client, comparison, noise((100, 103))))


def test_it_is_removed(alice_client: Client, comparison: Comparison) -> None:
    first = drafted(alice_client, comparison, picture())
    second = drafted(alice_client, comparison, picture(colour="red"), "red.png")
    answer = alice_client.post(f"/playground/attachments/{first.pk}/remove")
    assert "red.png" in answer.content.decode()
    assert list(comparison.draft_images) == [second]


def test_a_draft_with_images_survives_a_reload(alice_client: Client, comparison: Comparison) -> None:
    attachment = drafted(alice_client, comparison, picture())
    page = alice_client.get(f"/playground/{comparison.pk}").content.decode()
    assert f'data-draft-image="{attachment.pk}"' in page
    assert f"{attachment.name}" in alice_client.get(f"/playground/{comparison.pk}/images").content.decode()


def test_strangers_and_readers_bring_and_see_nothing_of_a_draft(
    alice_client: Client, bob_client: Client, charlie_client: Client, comparison: Comparison
) -> None:
    attachment = drafted(alice_client, comparison, picture())
    Comparison.objects.update(sharing="copy")
    at = f"/playground/{comparison.pk}/images"
    for client in (bob_client, charlie_client):
        assert client.get(attachment.image.get_absolute_url()).status_code == 404
        assert client.get(at).status_code == 404
        assert upload(client, comparison, picture()).status_code == 404
        assert client.post(f"{at}/address", {"url": "https://example.com/a.png"}).status_code == 404
        assert client.post(f"/playground/attachments/{attachment.pk}/remove").status_code == 404
    assert Attachment.objects.count() == 1
    assert str(attachment.pk) not in bob_client.get(f"/playground/{comparison.pk}").content.decode()
