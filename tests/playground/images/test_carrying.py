"""Images go where their messages go: edited, copied, out as files and back, over from traces, and at last away."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from billing import chores
from inference_catalog.models import Model
from playground.images import keeping, reading
from playground.images.sweeping import sweep
from playground.models import Attachment, Comparison, Image, Lane, Message
from tests.playground.images.pictures import can_see, drafted, picture
from tests.tracing.pages.conftest import Log, log, space

__all__ = ["log", "space"]
CAT, DOG = picture(), picture("JPEG", (100, 80), "red")
CAT_URL = f"data:image/png;base64,{base64.b64encode(CAT).decode()}"
Say = Callable[..., Message]


@pytest.fixture
def say(alice_client: Client, comparison: Comparison, lane: Lane) -> Say:
    """A message of lane A with these images, as if it had been sent."""

    def saying(*contents: bytes, text: str = "Look.") -> Message:
        message = Message.objects.create(lane=lane, role="user", text=text)
        for number, content in enumerate(contents):
            image = keeping.keep(comparison, reading.read(content))
            keeping.attach(message, image, f"image-{number}.{image.kind}")
        return message

    return saying


def shown(message: Message) -> list[tuple[str, bytes]]:
    return [(each.name, each.image.content()) for each in message.attachments.all()]


def test_an_edit_keeps_those_that_are_ticked(alice_client: Client, say: Say) -> None:
    message = say(CAT, DOG)
    second = message.attachments.all()[1]
    at = f"/playground/messages/{message.pk}/edit"
    assert alice_client.get(at).content.decode().count('name="keep"') == 2
    page = alice_client.post(at, {"text": "", "keep": [str(second.pk)]})
    assert page.status_code == 200
    assert shown(message) == [("image-1.jpeg", DOG)]
    assert "image-1.jpeg" in page.content.decode()
    assert "image-0.png" not in page.content.decode()


def test_a_refused_edit_keeps_what_was_ticked(alice_client: Client, say: Say) -> None:
    message = say(CAT, DOG)
    first, second = message.attachments.all()
    written = {"text": "Much too much " * 100_000, "keep": [str(second.pk)]}
    page = alice_client.post(f"/playground/messages/{message.pk}/edit", written).content.decode()
    assert f'value="{first.pk}">' in page
    assert f'value="{second.pk}" checked>' in page


def test_an_edit_leaves_no_message_empty(alice_client: Client, say: Say) -> None:
    message = say(CAT)
    answer = alice_client.post(f"/playground/messages/{message.pk}/edit", {"text": ""})
    assert "cannot be empty" in answer.content.decode()
    assert shown(message) == [("image-0.png", CAT)]


def test_an_edit_takes_no_image_of_another_message(alice_client: Client, say: Say) -> None:
    message, other = say(CAT), say(DOG)
    theirs = str(other.attachments.get().pk)
    answer = alice_client.post(f"/playground/messages/{message.pk}/edit", {"text": "x", "keep": [theirs]})
    assert "edit-text" in answer.content.decode()
    assert len(shown(message)) == len(shown(other)) == 1


def test_they_are_shown_with_their_names_and_places(alice_client: Client, comparison: Comparison, say: Say) -> None:
    say(CAT)
    page = alice_client.get(f"/playground/{comparison.pk}").content.decode()
    assert 'alt="image-0.png" width="64" height="48"' in page


def test_who_reads_the_comparison_sees_them_and_no_stranger_does(
    alice_client: Client, bob_client: Client, charlie_client: Client, comparison: Comparison, say: Say
) -> None:
    at = say(CAT).attachments.get().image.get_absolute_url()
    assert (bob_client.get(at).status_code, charlie_client.get(at).status_code) == (404, 404)
    Comparison.objects.update(sharing="read")
    assert bob_client.get(at).content == CAT
    assert charlie_client.get(at).status_code == 404
    assert Client().get(at).status_code == 302


def test_a_copy_has_its_own(alice_client: Client, bob_client: Client, comparison: Comparison, say: Say) -> None:
    say(CAT, DOG, CAT)
    drafted(alice_client, comparison, picture(colour="green"))
    Comparison.objects.update(sharing="copy")
    assert bob_client.post(f"/playground/{comparison.pk}/duplicate").status_code in (204, 302)
    alice_client.post(f"/playground/{comparison.pk}/delete")
    [copied] = Comparison.objects.all()
    assert shown(Message.objects.get(lane__comparison=copied)) == [
        ("image-0.png", CAT),
        ("image-1.jpeg", DOG),
        ("image-2.png", CAT),
    ]
    assert Image.objects.count() == 2


def exported(client: Client, comparison: Comparison) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(client.get(f"/playground/{comparison.pk}/export.json").content)
    return read


def import_(client: Client, file: dict[str, Any]) -> Any:
    data = {"file": SimpleUploadedFile("comparison.json", json.dumps(file).encode())}
    return client.post("/playground/import", data, follow=True)


def test_they_leave_in_files_and_come_back(alice_client: Client, comparison: Comparison, say: Say) -> None:
    say(CAT, DOG, text="")
    file = exported(alice_client, comparison)
    assert file["images"][sha256(CAT).hexdigest()] == base64.b64encode(CAT).decode()
    assert import_(alice_client, file).status_code == 200
    back = Comparison.objects.exclude(pk=comparison.pk).get()
    assert shown(Message.objects.get(lane__comparison=back)) == [("image-0.png", CAT), ("image-1.jpeg", DOG)]
    assert exported(alice_client, back)["lanes"] == file["lanes"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<svg/>", "an SVG drawing"),
        (CAT[:-30], "cannot be decoded"),
        (b"", "no image"),
    ],
)
def test_a_file_s_images_are_checked_as_if_uploaded(
    alice_client: Client, comparison: Comparison, say: Say, content: bytes, why: str
) -> None:
    say(CAT)
    file = exported(alice_client, comparison)
    digest = sha256(content).hexdigest()
    file["images"] = {digest: base64.b64encode(content).decode()}
    answer = import_(alice_client, file)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert Comparison.objects.count() == 1


@pytest.mark.parametrize(
    "images", [{"a" * 64: base64.b64encode(CAT).decode()}, {"x": ""}, {"a" * 64: "***"}, {"a" * 64: 7}]
)
def test_what_is_not_what_it_is_named_is_refused(
    alice_client: Client, comparison: Comparison, say: Say, images: dict[str, Any]
) -> None:
    say(CAT)
    assert import_(alice_client, exported(alice_client, comparison) | {"images": images}).status_code == 422
    assert Comparison.objects.count() == 1


def test_what_is_not_in_a_file_is_named(alice_client: Client, comparison: Comparison, say: Say) -> None:
    say(CAT)
    answer = import_(alice_client, exported(alice_client, comparison) | {"images": {}})
    assert "The image “image-0.png” is not in the file" in answer.content.decode()
    assert Attachment.objects.count() == 1


def test_a_file_without_images_is_read_as_ever(alice_client: Client, comparison: Comparison, say: Say) -> None:
    say()
    file = exported(alice_client, comparison)
    del file["images"], file["lanes"][0]["messages"][0]["images"]
    assert import_(alice_client, file).status_code == 200
    assert Comparison.objects.count() == 2


def test_markdown_names_them(alice_client: Client, comparison: Comparison, say: Say) -> None:
    say(CAT)
    assert "*[Image: image-0.png]*" in alice_client.get(f"/playground/{comparison.pk}/export.md").content.decode()


def opened(client: Client, log: Log, *urls: str) -> str:
    """The page of a comparison made of a traced call that was asked with these."""
    can_see(Model.objects.create(model_id="maker/model", name="A model"))
    parts = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
    log("one", op_name="chat", inputs={"model": "maker/model", "messages": [{"role": "user", "content": parts}]})
    answer = client.post("/playground/from-call", {"project": "alice/playground", "call": "one"}, follow=True)
    return str(answer.content.decode())


def test_they_come_over_from_a_traced_call(alice_client: Client, log: Log) -> None:
    page = opened(alice_client, log, CAT_URL, "https://example.com/dog.jpg", "data:image/png;base64,aGVsbG8=")
    assert shown(Message.objects.get(role="user")) == [("image.png", CAT)]
    assert "An image is left out (https://example.com/dog.jpg): It is not in the call itself" in page
    assert "An image is left out (data:image/png;base64,aGVsbG8=)" in page


@pytest.mark.django_db(transaction=True)
def test_those_of_a_traced_call_are_decoded_while_nobody_waits_for_a_transaction(
    alice_client: Client, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bool] = []
    read = reading.read

    def reads(content: bytes) -> Any:
        held.append(connection.in_atomic_block)
        return read(content)

    monkeypatch.setattr(reading, "read", reads)
    opened(alice_client, log, CAT_URL)
    assert held == [False]


def test_what_nothing_shows_goes_after_a_day(
    alice_client: Client, comparison: Comparison, say: Say, lane: Lane
) -> None:
    said, waiting = say(CAT), drafted(alice_client, comparison, DOG)
    removed = drafted(alice_client, comparison, picture(colour="green"))
    alice_client.post(f"/playground/attachments/{removed.pk}/remove")
    assert sweep() == 0
    Image.objects.update(kept_at=timezone.now() - timedelta(days=2))
    assert "images" in chores.CHORES
    assert chores.do_due(["images"]) == ["images"]
    assert {image.content() for image in Image.objects.all()} == {CAT, DOG}
    assert (len(shown(said)), waiting.image.content()) == (1, DOG)


def test_what_was_brought_back_stays(alice_client: Client, comparison: Comparison) -> None:
    first = drafted(alice_client, comparison, CAT)
    alice_client.post(f"/playground/attachments/{first.pk}/remove")
    Image.objects.update(kept_at=timezone.now() - timedelta(days=2))
    drafted(alice_client, comparison, CAT)
    assert sweep() == 0
    assert Image.objects.get().content() == CAT


def test_they_go_with_their_comparison(alice_client: Client, comparison: Comparison, say: Say) -> None:
    say(CAT)
    comparison.delete()
    assert not Image.objects.exists()


def test_a_comparison_with_images_in_its_draft_is_not_taken_for_a_new_one(
    alice_client: Client, comparison: Comparison
) -> None:
    drafted(alice_client, comparison, CAT)
    alice_client.post("/playground/new", {"like": str(comparison.pk)})
    assert Comparison.objects.count() == 2
