"""Messages with images reach models that see as they were brought; who cannot see gets the text, and it is said."""

from __future__ import annotations

import json
import uuid
from hashlib import sha256
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from inference_catalog.models import Model
from playground.images.placeholders import Placeholder
from playground.models import Answer, Attachment, Comparison, Lane, Message
from tests.model_ids import SCOUT
from tests.playground.conftest import OpenTab, page_of
from tests.playground.images.pictures import animation, can_see, drafted, picture
from tests.simulator.serving import Simulator
from tracing import recorder
from tracing.models import Call

pytestmark = pytest.mark.django_db(transaction=True)
CAT, DOG = picture(), picture("JPEG", (100, 80), "red")


@pytest.fixture
def models(models: list[Model]) -> list[Model]:
    """Lane A cannot see, lane B can."""
    Model.objects.filter(pk=models[1].pk).update(model_id=SCOUT, name="Llama 4 Scout")
    models[1].refresh_from_db()
    can_see(models[0], sees=False)
    can_see(models[1])
    return models


async def bring(client: Client, comparison: Comparison, *contents: bytes) -> list[str]:
    names = ["cat.png", "dog.jpg"]
    made = [
        await sync_to_async(drafted)(client, comparison, content, name)
        for content, name in zip(contents, names, strict=False)
    ]
    return [str(one.pk) for one in made]


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


async def answers() -> dict[str, Answer]:
    found = Answer.objects.select_related("message", "lane").order_by("pk")
    return {answer.lane.letter: answer async for answer in found}


async def test_a_model_that_sees_gets_the_very_bytes_in_order(
    open_tab: OpenTab, comparison: Comparison, alice_client: Client
) -> None:
    ids = await bring(alice_client, comparison, CAT, DOG)
    tab = await open_tab()
    assert (await tab.send("What is it?", images=ids))["type"] == "ack"
    await tab.until_ended()
    text = (await answers())["B"].message.text
    assert "I was sent 2 images." in text
    assert (
        f"Image 1 is a PNG of 64 × 48 pixels; its mean colour is `#336699`. Its bytes are `{digest(CAT)[:12]}`" in text
    )
    assert (
        f"Image 2 is a JPEG of 100 × 80 pixels; its mean colour is `#fe0000`. Its bytes are `{digest(DOG)[:12]}`"
        in text
    )
    assert await Attachment.objects.filter(message=None).acount() == 0


async def test_one_that_cannot_see_gets_the_text_alone_and_it_is_said(
    open_tab: OpenTab, comparison: Comparison, alice_client: Client
) -> None:
    ids = await bring(alice_client, comparison, CAT, DOG)
    tab = await open_tab()
    await tab.send("What is it?", images=ids)
    await tab.until_ended()
    blind = (await answers())["A"]
    assert (blind.state, blind.images_left_out) == ("done", 2)
    assert blind.request
    assert blind.request["body"]["messages"] == [{"role": "user", "content": "What is it?"}]
    page = await page_of(alice_client, comparison)
    assert page.count("2 images not sent: this model cannot see") == 1
    shown = (await sync_to_async(alice_client.get)(f"/playground/answers/{blind.pk}/sent")).content.decode()
    assert "<dt>Not sent</dt><dd>2 images" in shown
    assert "Differs first in: images of message 1 (user)" in shown


async def test_the_head_says_who_cannot_see_before_anything_is_sent(
    simulated: Simulator, comparison: Comparison, alice_client: Client
) -> None:
    page = await page_of(alice_client, comparison)
    assert page.count("data-blind>") == 1
    assert page.count('aria-label="Cannot see images"') == 1


async def test_what_is_kept_of_a_request_says_what_stood_there(
    open_tab: OpenTab, comparison: Comparison, alice_client: Client
) -> None:
    ids = await bring(alice_client, comparison, CAT)
    tab = await open_tab()
    await tab.send("Look.", images=ids, lanes=["B"])
    await tab.until_ended()
    answer = (await answers())["B"]
    assert answer.request
    [text, image] = answer.request["body"]["messages"][0]["content"]
    assert text == {"type": "text", "text": "Look."}
    known = Placeholder.read(image["image_url"]["url"])
    assert known == Placeholder("image/png", "cat.png", "64 × 48", len(CAT), digest(CAT))
    assert len(json.dumps(answer.request)) < 3_000


async def test_a_message_may_be_images_alone(open_tab: OpenTab, comparison: Comparison, alice_client: Client) -> None:
    ids = await bring(alice_client, comparison, CAT)
    tab = await open_tab()
    assert (await tab.send("", images=ids))["type"] == "ack"
    await tab.until_ended()
    found = await answers()
    assert list(found) == ["B"]
    assert "I was sent 1 image." in found["B"].message.text
    # In the lane that cannot see it is said, but nobody is asked.
    assert await Message.objects.filter(lane__letter="A").acount() == 1
    await comparison.arefresh_from_db()
    assert comparison.title == "cat.png"


async def test_images_alone_are_refused_where_nobody_sees(
    open_tab: OpenTab, comparison: Comparison, alice_client: Client
) -> None:
    ids = await bring(alice_client, comparison, CAT)
    tab = await open_tab()
    answer = await tab.send("", images=ids, lanes=["A"])
    assert answer["code"] == "cannot_see"
    assert "lane A cannot see images" in answer["message"]
    assert not await Message.objects.aexists()
    assert await Attachment.objects.filter(message=None).acount() == 1


@pytest.mark.parametrize("text", ["", " "])
async def test_a_retry_of_images_alone_is_refused_where_nobody_sees(
    open_tab: OpenTab, comparison: Comparison, alice_client: Client, text: str
) -> None:
    ids = await bring(alice_client, comparison, CAT)
    tab = await open_tab()
    assert (await tab.ask(type="add", text=text, images=ids))["type"] == "ack"
    message = await Message.objects.aget(lane__letter="A")
    assert (await tab.ask(type="retry", message=str(message.pk)))["code"] == "cannot_see"
    assert await Message.objects.filter(lane__letter="A").acount() == 1


async def test_a_model_that_sees_is_given_them_later(
    open_tab: OpenTab, comparison: Comparison, alice_client: Client, lane: Lane
) -> None:
    ids = await bring(alice_client, comparison, CAT)
    tab = await open_tab()
    await tab.send("What is it?", images=ids, lanes=["A"])
    await tab.until_ended()
    change = sync_to_async(alice_client.post)
    assert (await change(f"/playground/lanes/{lane.pk}/model", {"model": SCOUT})).status_code == 204
    frame = await tab.until(lambda frame: frame.get("type") == "lane")
    assert "not sent: this model cannot see" not in frame["html"]
    question = await Message.objects.aget(lane=lane, role="user")
    await tab.ask(type="retry", message=str(question.pk))
    await tab.until_ended()
    assert "I was sent 1 image." in (await answers())["A"].message.text


async def test_later_turns_send_them_again(open_tab: OpenTab, comparison: Comparison, alice_client: Client) -> None:
    tab = await open_tab()
    await tab.send("First.", images=await bring(alice_client, comparison, CAT), lanes=["B"])
    await tab.until_ended()
    await tab.send("And now?", lanes=["B"])
    await tab.until_ended()
    assert "I was sent 1 image." in (await answers())["B"].message.text


async def test_two_tabs_have_the_same_draft(open_tab: OpenTab, comparison: Comparison, alice_client: Client) -> None:
    one, other = await open_tab(), await open_tab()
    ids = await bring(alice_client, comparison, CAT)
    for tab in (one, other):
        await tab.until(lambda frame: frame.get("type") == "draft-images")
    await one.send("Mine.", images=ids)
    await other.until(lambda frame: frame.get("type") == "draft-images")
    await one.until_ended()
    answer = await other.send("Mine too.", images=ids)
    assert (answer["code"], await Message.objects.filter(role="user").acount()) == ("image_not_found", 2)


async def test_a_command_that_comes_twice_sends_once(
    open_tab: OpenTab, comparison: Comparison, alice_client: Client
) -> None:
    ids, number = await bring(alice_client, comparison, CAT), str(uuid.uuid4())
    tab = await open_tab()
    for _ in range(2):
        assert (await tab.send("Once.", images=ids, id=number))["type"] == "ack"
    await tab.until_ended()
    assert await Attachment.objects.acount() == 2


@pytest.mark.parametrize(
    "command",
    [{"text": ""}, {"text": "x", "images": ["x"]}, {"text": "x", "images": [str(uuid.uuid4()) for _ in range(9)]}],
)
async def test_what_is_no_message_is_refused(open_tab: OpenTab, command: dict[str, Any]) -> None:
    tab = await open_tab()
    await tab.tell(type="send", id=str(uuid.uuid4()), **command)
    answer = await tab.until(lambda frame: frame.get("type") == "error")
    assert answer["code"] == "bad_frame"


async def test_one_that_is_not_there_is_not_sent(open_tab: OpenTab) -> None:
    tab = await open_tab()
    assert (await tab.send("Look.", images=[str(uuid.uuid4())]))["code"] == "image_not_found"
    assert not await Message.objects.aexists()


async def test_only_the_user_has_images(open_tab: OpenTab, comparison: Comparison, alice_client: Client) -> None:
    tab = await open_tab()
    ids = await bring(alice_client, comparison, CAT)
    answer = await tab.ask(type="add", text="I see.", role="assistant", images=ids)
    assert answer["code"] == "images_of_nobody"


async def test_images_of_another_comparison_are_not_there(
    open_tab: OpenTab, comparison: Comparison, alice_client: Client
) -> None:
    other = await sync_to_async(Comparison.objects.create)(
        project=comparison.project, created_by=await sync_to_async(lambda: comparison.created_by)()
    )
    ids = await bring(alice_client, other, CAT)
    tab = await open_tab()
    assert (await tab.send("Mine?", images=ids))["code"] == "image_not_found"


async def test_its_call_holds_the_image(open_tab: OpenTab, comparison: Comparison, alice_client: Client) -> None:
    tab = await open_tab()
    await tab.send("Look.", images=await bring(alice_client, comparison, CAT), lanes=["B"])
    await tab.until_ended()
    await sync_to_async(recorder.stop)()
    call = await Call.objects.aget()
    url = json.loads(call.inputs)["messages"][0]["content"][1]["image_url"]["url"]
    assert url.startswith("data:image/png;base64,iVBOR")
    get = sync_to_async(alice_client.get)
    page = (await get(f"/alice/playground/weave/calls/{call.call_id}")).content.decode()
    assert 'class="value-media"' in page


async def test_the_fingerprint_before_is_that_of_what_is_sent(
    open_tab: OpenTab, comparison: Comparison, alice_client: Client
) -> None:
    lane = await comparison.lanes.aget(letter="B")
    ids = await bring(alice_client, comparison, animation("GIF"))
    await Comparison.objects.filter(pk=comparison.pk).aupdate(draft="Look.")
    shown = (await sync_to_async(alice_client.get)(f"/playground/lanes/{lane.pk}/request")).content.decode()
    tab = await open_tab()
    await tab.send("Look.", images=ids)
    await tab.until_ended()
    found = await answers()
    assert f"<code data-fingerprint>{found['B'].fingerprint}</code>" in shown
    assert found["A"].fingerprint != found["B"].fingerprint


async def test_all_trials_of_a_lane_are_given_the_same_images_or_all_lack_them(
    open_tab: OpenTab, comparison: Comparison, alice_client: Client
) -> None:
    await Lane.objects.filter(comparison=comparison).aupdate(trials=2)
    ids = await bring(alice_client, comparison, CAT)
    tab = await open_tab()
    assert (await tab.send("What is it?", images=ids))["type"] == "ack"
    await tab.until_ended()
    for letter, left_out in (("A", 1), ("B", 0)):
        found = Answer.objects.filter(lane__letter=letter).order_by("trial")
        one, other = [answer async for answer in found]
        assert (one.state, other.state) == ("done", "done")
        assert (one.images_left_out, other.images_left_out) == (left_out, left_out)
        assert one.fingerprint == other.fingerprint
        asked = [(answer.request or {})["body"] for answer in (one, other)]
        assert asked[0]["messages"] == asked[1]["messages"]
        assert isinstance(asked[0]["messages"][0]["content"], str if left_out else list)
        assert asked[0]["seed"] != asked[1]["seed"]
