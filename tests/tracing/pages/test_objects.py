"""What was published: listed by kind, one by its version, datasets a page of rows at a time."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.models import Project, User
from tests.tracing.pages.conftest import WEAVE, Log
from tests.tracing.pages.evaluating import Evaluating
from tracing import publishing, tables
from tracing.models import Alias, Object, Tag
from tracing.pages.spaces import Visitor
from tracing.visits import Space

HOSTILE = "<script>alert(1)</script>"
OP = {"_type": "CustomWeaveType", "weave_type": {"type": "Op"}, "files": {}}


def instance(base: str, **members: Any) -> dict[str, Any]:
    return {"_type": base, "_class_name": base, "_bases": ["Object", "BaseModel"], **members}


@pytest.fixture
def publish(alice: User, space: Space) -> Any:
    def make(name: str, value: Any) -> Object:
        return publishing.publish(Visitor(alice), space, name, value, None)

    return make


def names(client: Client, address: str) -> list[str]:
    answer = client.get(f"{WEAVE}/{address}")
    assert answer.status_code == 200
    return re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', answer.content.decode())


def test_objects_are_told_apart_by_kind(alice_client: Client, publish: Any) -> None:
    for base in ("Model", "Dataset", "Prompt", "Evaluation"):
        publish(f"my-{base.lower()}", instance(base))
    publish("plain", {"a": 1})
    publish("my-op", OP)
    assert names(alice_client, "objects?sort=model") == ["my-model"]
    assert names(alice_client, "objects?sort=other") == ["plain"]
    assert names(alice_client, "datasets") == ["my-dataset"]
    assert names(alice_client, "ops") == ["my-op"]
    assert set(names(alice_client, "objects")) == {"my-model", "my-dataset", "my-prompt", "my-evaluation", "plain"}
    assert names(alice_client, "objects?q=PROM") == ["my-prompt"]
    assert len(names(alice_client, "objects?sort=nonsense&page=x")) == 5


def test_the_newest_version_is_listed_and_all_are_beside_one(alice_client: Client, publish: Any) -> None:
    first, second = publish("thing", {"n": 1}), publish("thing", {"n": 2})
    Tag.objects.create(target=first, name="old")
    Alias.objects.create(project=second.project, object_id="thing", name="production", target=second)
    page = alice_client.get(f"{WEAVE}/objects").content.decode()
    assert "production" in page
    assert "old" not in re.sub(r"<[^>]*>", "", page)
    for version, shown in ((first.digest, "1"), ("v0", "1"), ("production", "2"), ("latest", "2"), ("v1", "2")):
        page = alice_client.get(f"{WEAVE}/objects/thing/versions/{version}").content.decode()
        assert f'value-number">{shown}<' in page
        assert page.count("<li>") >= 2


def test_the_rows_of_a_dataset_come_a_page_at_a_time(
    alice_client: Client, publish: Any, space: Space, alice: User
) -> None:
    rows = [{"question": f"{HOSTILE} {number}", "n": number} for number in range(120)]
    digest, _ = tables.create(Visitor(alice), space, rows, None)
    publish("rows", instance("Dataset", rows=f"weave:///{space.path}/table/{digest}"))
    page = alice_client.get(f"{WEAVE}/objects/rows").headers["Location"]
    first = alice_client.get(page).content.decode()
    assert HOSTILE not in first
    assert "1 to 50 of 120" in first
    assert "Later rows" in first
    last = alice_client.get(f"{page}?row=100").content.decode()
    assert "101 to 120 of 120" in last
    assert "Later rows" not in last
    (url, *_) = re.findall(r'aria-label="Show row \d+" hx-get="([^"]+)"', first)
    assert "&lt;script&gt;" in alice_client.get(url.replace("&amp;", "&")).content.decode()


def test_names_and_labels_are_text(alice_client: Client, publish: Any) -> None:
    made = publish("<script>alert(1)<b>", {HOSTILE.replace("/", ""): "x"})
    Tag.objects.create(target=made, name=HOSTILE)
    page = alice_client.get(f"{WEAVE}/objects").content.decode()
    (link,) = re.findall(r'<th scope="row"><a href="([^"]+)">', page)
    for text in (page, alice_client.get(link).content.decode()):
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text


def test_what_was_deleted_is_gone(alice_client: Client, publish: Any, space: Space) -> None:
    made = publish("thing", {"n": 1})
    publishing.delete(space, "thing", None)
    assert names(alice_client, "objects") == []
    assert alice_client.get(f"{WEAVE}/objects/thing/versions/{made.digest}").status_code == 404


def test_many_objects_have_pages(alice_client: Client, project: Project, publish: Any) -> None:
    for number in range(51):
        publish(f"thing-{number}", number)
    assert len(names(alice_client, "objects?sort=other")) == 50
    assert names(alice_client, "objects?sort=other&page=2") == ["thing-0"]


def test_a_version_tells_which_evaluations_it_had_a_part_in(alice_client: Client, evaluating: Evaluating) -> None:
    evaluating.run("one", name="sums", model="adder", dataset="numbers", display_name="The first run")
    evaluating.run(
        "two", name="other", model="guesser", dataset="words", scorer="near:2", display_name="The second run"
    )
    for name, shown, other in (
        ("adder", "first", "second"),
        ("numbers", "first", "second"),
        ("words", "second", "first"),
    ):
        page = alice_client.get(f"{WEAVE}/objects/{name}/versions/latest").content.decode()
        assert f">The {shown} run</a>" in page
        assert f"The {other} run" not in page
    assert "The first run" in alice_client.get(f"{WEAVE}/objects/sums/versions/latest").content.decode()


def test_what_describes_an_object_is_marked_up_and_harmless(alice_client: Client, publish: Any) -> None:
    publish("described", instance("Dataset", description=f"**Sums** of [two](javascript:alert(1))\n\n{HOSTILE}"))
    page = alice_client.get(f"{WEAVE}/objects/described/versions/latest").content.decode()
    assert "<strong>Sums</strong>" in page
    assert "&lt;script&gt;" in page
    assert HOSTILE not in page
    assert 'href="javascript' not in page


def test_what_describes_nothing_is_not_shown(alice_client: Client, publish: Any) -> None:
    for number, description in enumerate((None, "", " ", 5, {"a": 1})):
        publish(f"plain-{number}", instance("Dataset", description=description))
        page = alice_client.get(f"{WEAVE}/objects/plain-{number}/versions/latest").content.decode()
        assert "object-description" not in page


def test_a_scorer_tells_which_evaluations_it_scored(alice_client: Client, publish: Any, evaluating: Evaluating) -> None:
    digest = publish("exact", OP).digest
    evaluating.run("one", scorer=f"exact:{digest}", display_name="My run")
    assert ">My run</a>" in alice_client.get(f"{WEAVE}/ops/exact/versions/{digest}").content.decode()


def test_a_version_leads_to_the_calls_that_used_it(alice_client: Client, publish: Any, log: Log, space: Space) -> None:
    made, newer = publish("my-prompt", {"text": "Say"}), publish("my-prompt", {"text": "Say!"})
    log("user", inputs={"prompt": f"weave:///{space.path}/object/my-prompt:{made.digest}"})
    log("other", inputs={"prompt": f"weave:///{space.path}/object/my-prompt:{newer.digest}"}, parent_id="user")
    op = publish("ask-op", OP)
    log("of-op", op_name=f"weave:///{space.path}/op/ask-op:{op.digest}")
    log("of-op-before", op_name=f"weave:///{space.path}/op/ask-op:older")
    for address, call in (
        (f"objects/my-prompt/versions/{made.digest}", "user"),
        (f"objects/my-prompt/versions/{newer.digest}", "other"),
        (f"ops/ask-op/versions/{op.digest}", "of-op"),
    ):
        page = alice_client.get(f"{WEAVE}/{address}").content.decode()
        (link,) = re.findall(r'<a href="([^"]+)">Calls of this version', page)
        found = alice_client.get(unescape(link)).content.decode()
        assert re.findall(r'data-call="([^"]+)"', found) == [call]
