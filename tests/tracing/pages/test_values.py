"""Values on pages: text is text, references are links, files are shown by their bytes, and the rest is asked for."""

from __future__ import annotations

import base64
import json
import re
from html import unescape
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client

from accounts.models import Project
from tests.tracing.pages.conftest import WEAVE, Log
from tracing import files
from tracing.visits import Space

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100
#: A little more than two of the pieces that files are kept in.
SOUND = b"RIFF\x00\x00\x00\x00WAVE" + bytes(range(256)) * (files.CHUNK // 128) + b"end"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def page_of(client: Client, log: Log, **said: Any) -> str:
    answer = client.get(f"{WEAVE}/calls/{log('one', **said)}")
    assert answer.status_code == 200
    return answer.content.decode()


def body_of(answer: Any) -> bytes:
    async def joined() -> bytes:
        return b"".join([part async for part in answer.streaming_content])

    return async_to_sync(joined)() if answer.streaming else bytes(answer.content)


def asked_for(page: str) -> list[str]:
    """Of inputs and output; what else is folded is asked for whole."""
    urls = [unescape(url) for url in re.findall(r'hx-get="([^"]+/values[^"]*)"', page)]
    return [url for url in urls if "part=attributes" not in url and "part=summary" not in url]


def test_nothing_that_was_traced_is_markup(alice_client: Client, log: Log) -> None:
    page = page_of(
        alice_client,
        log,
        inputs={HOSTILE: HOSTILE, "list": [HOSTILE]},
        output={HOSTILE: {HOSTILE: HOSTILE}},
        attributes={HOSTILE: HOSTILE},
        display_name=HOSTILE,
        op_name=HOSTILE,
        exception=HOSTILE,
    )
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_long_text_comes_in_pieces_until_it_is_whole(alice_client: Client, log: Log) -> None:
    text = "".join(f"{number}," for number in range(60_000))
    page = page_of(alice_client, log, output=text)
    assert len(page) < 100_000
    shown = text[:1000]
    (url,) = asked_for(page)
    while url:
        piece = alice_client.get(url).content.decode()
        shown += piece.partition("<button")[0].strip("\n")
        url = asked_for(piece)[0] if "<button" in piece else ""
    assert shown == text


def test_a_long_list_comes_in_pieces(alice_client: Client, log: Log) -> None:
    page = page_of(alice_client, log, output=list(range(120)))
    (url,) = asked_for(page)
    piece = alice_client.get(url).content.decode()
    assert re.findall(r'value-number">(\d+)', piece) == [str(number) for number in range(50, 100)]
    (url,) = asked_for(piece)
    assert re.findall(r'value-number">(\d+)', alice_client.get(url).content.decode()) == [
        str(n) for n in range(100, 120)
    ]


def test_what_is_deep_is_asked_for_when_it_is_opened(alice_client: Client, log: Log) -> None:
    deep: Any = "bottom"
    for _ in range(12):
        deep = {"in/<ner>": deep}
    page = page_of(alice_client, log, output=deep)
    assert "bottom" not in page
    for _ in range(10):
        if "bottom" in page:
            break
        page = alice_client.get(asked_for(page)[-1]).content.decode()
    assert "bottom" in page


def test_a_reference_is_a_link_to_what_it_refers_to(alice_client: Client, log: Log) -> None:
    refs = [
        "weave:///alice/playground/object/my-model:abcdef0123",
        "weave:///alice/playground/op/ask:0123abcdef",
        "weave:///alice/playground/call/some-call",
        "weave:///not a team/x/object/y:z",
    ]
    page = page_of(alice_client, log, inputs={"refs": refs})
    assert f'href="{WEAVE}/objects/my-model/versions/abcdef0123"' in page
    assert f'href="{WEAVE}/ops/ask/versions/0123abcdef"' in page
    assert f'href="{WEAVE}/calls/some-call"' in page
    assert page.count('<a class="value-ref"') == 3


def test_pictures_are_shown_and_other_files_are_only_saved(alice_client: Client, log: Log, space: Space) -> None:
    picture, script = files.keep(space, PNG, None), files.keep(space, b"<html><script>alert(1)</script>", None)
    custom = {"_type": "CustomWeaveType", "weave_type": {"type": "PIL.Image.Image"}}
    output = [custom | {"files": {"image.png": picture}}, custom | {"files": {"image.png": script}}]
    page = page_of(alice_client, log, output=output)
    assert f'<img src="{WEAVE}/files/{picture}"' in page
    assert f'<img src="{WEAVE}/files/{script}"' not in page
    shown, saved = (alice_client.get(f"{WEAVE}/files/{digest}") for digest in (picture, script))
    assert (shown["Content-Type"], shown["Content-Disposition"]) == ("image/png", 'inline; filename="file"')
    assert (saved["Content-Type"], saved["Content-Disposition"]) == (
        "application/octet-stream",
        'attachment; filename="file"',
    )
    for answer in (shown, saved):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-99", slice(0, 100)),
        ("bytes=5-", slice(5, None)),
        ("bytes=-7", slice(-7, None)),
        (f"bytes={files.CHUNK - 3}-{files.CHUNK + 2}", slice(files.CHUNK - 3, files.CHUNK + 3)),
        (f"bytes={2 * files.CHUNK}-99999999999", slice(2 * files.CHUNK, None)),
    ],
)
def test_players_get_the_part_that_they_ask_for(
    alice_client: Client, log: Log, space: Space, asked: str, part: slice
) -> None:
    digest, text = files.keep(space, SOUND, None), f"data:audio/wav;base64,{base64.b64encode(SOUND).decode()}"
    page = page_of(alice_client, log, inputs={"sound": text})
    (within,) = set(re.findall(r'<audio class="value-media" src="([^"]+)"', page))
    for url in (f"{WEAVE}/files/{digest}", unescape(within)):
        answer = alice_client.get(url, headers={"Range": asked})
        assert (answer.status_code, answer["Content-Type"]) == (206, "audio/wav")
        assert body_of(answer) == SOUND[part]
        assert answer["Content-Length"] == str(len(SOUND[part]))
        first, last, _ = part.indices(len(SOUND))
        assert answer["Content-Range"] == f"bytes {first}-{last - 1}/{len(SOUND)}"


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "bytes=9-3", "bytes=-", "lines=0-1", "bytes=x-"])
def test_all_of_it_is_the_answer_to_what_asks_for_no_part(alice_client: Client, space: Space, asked: str) -> None:
    answer = alice_client.get(f"{WEAVE}/files/{files.keep(space, SOUND, None)}", headers={"Range": asked})
    assert (answer.status_code, answer["Accept-Ranges"]) == (200, "bytes")
    assert body_of(answer) == SOUND


@pytest.mark.parametrize("asked", [f"bytes={10**12}-", "bytes=-0"])
def test_a_part_behind_the_end_is_not_there(alice_client: Client, space: Space, asked: str) -> None:
    answer = alice_client.get(f"{WEAVE}/files/{files.keep(space, SOUND, None)}", headers={"Range": asked})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(SOUND)}")


def test_a_picture_within_a_text_is_shown_from_an_address_of_its_own(alice_client: Client, log: Log) -> None:
    text = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    page = page_of(alice_client, log, inputs={"image_url": {"url": text}, "false": "data:image/png;base64,aGVsbG8="})
    assert text not in page
    (url,) = set(re.findall(r'<img src="([^"]+)"', page))
    answer = alice_client.get(unescape(url))
    assert (answer["Content-Type"], answer.content) == ("image/png", PNG)


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"of": "call", "id": "none", "part": "output", "path": "[]"},
        {"of": "call", "id": "one", "part": "project_id", "path": "[]"},
        {"of": "call", "id": "one", "part": "output", "path": '["nothing"]'},
        {"of": "call", "id": "one", "part": "output", "path": "{}"},
        {"of": "call", "id": "one", "part": "output", "path": "[true]"},
        {"of": "call", "id": "one", "part": "output", "path": "[" * 5000},
        {"of": "object", "id": "x", "path": "[]"},
        {"of": "secrets", "id": "x", "path": "[]"},
    ],
    ids=str,
)
def test_a_part_that_is_not_there_is_not_found(alice_client: Client, log: Log, asked: dict[str, str]) -> None:
    log("one")
    assert alice_client.get(f"{WEAVE}/values", asked).status_code == 404


def test_parts_and_files_are_their_projects(charlie_client: Client, log: Log, space: Space, project: Project) -> None:
    asked = {"of": "call", "id": log("one"), "part": "output", "path": json.dumps([])}
    assert charlie_client.get(f"{WEAVE}/values", asked).status_code == 404
    own = "/charlie/playground/weave"
    assert charlie_client.get(f"{own}/values", asked).status_code == 404
    assert charlie_client.get(f"{own}/files/{files.keep(space, PNG, None)}").status_code == 404


def test_times_are_shown_as_times_and_pictures_are_named_in_tables(alice_client: Client, log: Log) -> None:
    time = {
        "_type": "CustomWeaveType",
        "weave_type": {"type": "datetime.datetime"},
        "val": "2026-11-27T11:28:27+00:00",
        "load_op": "weave:///alice/playground/op/load_datetime.datetime:x",
    }
    picture = {"_type": "CustomWeaveType", "weave_type": {"type": "PIL.Image.Image"}, "files": {"image.png": "x"}}
    page = page_of(alice_client, log, inputs={"at": time}, output=picture)
    assert "2026-11-27T11:28:27+00:00" in page
    assert "weave_type" not in page
    table = alice_client.get(f"{WEAVE}/traces").content.decode()
    assert "2026-11-27T11:28:27+00:00" in table
    assert ">Image<" in table
    assert "CustomWeaveType" not in table


@pytest.mark.parametrize("val", [None, 5, "x" * 2000, {"a": 1}])
def test_times_of_any_form_can_be_shown(alice_client: Client, log: Log, val: Any) -> None:
    odd = {"_type": "CustomWeaveType", "weave_type": {"type": "datetime.datetime"}, "val": val}
    page_of(alice_client, log, inputs={"at": odd}, output=odd)
    assert alice_client.get(f"{WEAVE}/traces").status_code == 200
