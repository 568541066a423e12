"""The character NUL, which PostgreSQL cannot keep: whoever writes it is told so, and no database is ever given it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Project, User
from inference_catalog.models import Model, Price
from playground.comparisons import start
from playground.models import Comparison, Message
from tests.conftest import signed_in
from tests.house.addresses import Address
from tests.house.samples import House
from tests.house.test_walk import OURS, every_address, sample_of
from tests.inference_catalog.own.owning import add

#: Of fields and of what stands in addresses.
NAMES = """
after back before begin by content context_window diff draft features find from group id in input key kind
label like max_output model models name next note of on only order output page path period pinned plan project
q query reason reference reset role rows saved section sharing sort span start state subject text then
threshold title to upstream_id url user value version view was
""".split()
WRITTEN = dict.fromkeys(NAMES, "a\0b")


def without_nul(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """As PostgreSQL takes them, escaped in JSON or not."""
    for param in params or ():
        assert not (isinstance(param, str) and ("\0" in param or "\\u0000" in param)), f"{sql}: {param!r}"
    return execute(sql, params, many, context)


@every_address
def test_no_address_gives_it_to_the_database(address: Address, project: Project, alice: User, bob: User) -> None:
    house, client = House(project, alice, bob), signed_in(alice)
    path = reverse(address.name, kwargs=sample_of(address).arguments(house))
    with connection.execute_wrapper(without_nul):
        answers = [client.get(path, WRITTEN), client.post(path, WRITTEN)]
    assert 500 not in [answer.status_code for answer in answers]
    for answer in answers:
        # In Django's words.
        assert b"Null characters" not in getattr(answer, "content", b"")


def test_every_address_is_asked() -> None:
    assert len(OURS) > 100


@pytest.fixture
def comparison(project: Project, alice: User) -> Comparison:
    model = Model.objects.create(model_id="a/model", name="Model", maker="A")
    Price.objects.create(model=model, input=1, output=1)
    return start(alice, project, [model])


def written(client: Client, path: str, **fields: str) -> str:
    return client.post(path, fields, headers={"hx-request": "true"}).content.decode()


def test_it_is_named_where_it_is_written(alice_client: Client, comparison: Comparison) -> None:
    at = f"/playground/{comparison.pk}"
    message = Message.objects.create(lane=comparison.lanes.get(), role="user", text="Hello")
    title, kept = "A title cannot contain the character NUL.", "a\0b"
    assert title in written(alice_client, f"{at}/title", title=kept)
    renamed = written(alice_client, reverse("comparison-rename", args=[comparison.pk]), title=kept)
    assert (title in renamed, kept in renamed) == (True, True)
    sentence = "A message cannot contain the character NUL."
    assert sentence in written(alice_client, f"{at}/draft", draft=kept)
    edited = written(alice_client, f"/playground/messages/{message.pk}/edit", text=kept)
    assert sentence in edited
    saved = written(alice_client, f"/playground/lanes/{comparison.lanes.get().pk}/save", name=kept)
    assert ("A name cannot contain the character NUL." in saved, kept in saved) == (True, True)
    fields = {"name": kept, "slug": "gpus", "base_url": "https://models.example.com/v1"}
    provider = written(alice_client, "/settings/providers/new", **fields)
    assert ("A name cannot contain the character NUL." in provider, kept in provider) == (True, True)
    assert Comparison.objects.get().title == ""


def test_it_is_named_beside_fields_of_every_form(alice_client: Client, comparison: Comparison) -> None:
    sentence, kept = "It cannot contain the character NUL.", "a\0b"
    fields = dict.fromkeys(("slug", "base_url", "api_key", "headers_text"), kept)
    assert written(alice_client, "/settings/providers/new", **fields).count(sentence) == len(fields)
    settings = f"/playground/lanes/{comparison.lanes.get().pk}/settings"
    assert sentence in written(alice_client, settings, system_prompt=kept, stop=kept)


def test_no_refusal_of_a_model_repeats_it(alice_client: Client, comparison: Comparison) -> None:
    for path in (f"/playground/lanes/{comparison.lanes.get().pk}/model", f"/playground/{comparison.pk}/lanes"):
        refused = written(alice_client, path, model="a\0b")
        assert ("There is no model called a\ufffdb." in refused, "\0" in refused) == (True, False)
    provider = add(alice_client, "https://models.example.com/v1")
    fields = {"id": "a\0b", "0-wanted": "on"}
    listed = written(alice_client, f"/settings/providers/{provider.pk}/models/add", **fields)
    assert ("An ID is made of ASCII letters" in listed, "\0" in listed) == (True, False)
    saved = alice_client.get("/playground", {"saved": "a\0b"}).content.decode()
    assert ("There is no saved model called a\ufffdb." in saved, "\0" in saved) == (True, False)
