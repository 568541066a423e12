"""Who may: members of the organization that a project belongs to, by any of their keys."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from accounts.models import ApiKey, Project, User
from tests.tracing.doors import PROJECT, complete, key_of, post, read

pytestmark = pytest.mark.django_db(transaction=True)

COMPLETE = "/traces/v2/alice/playground/calls/complete"
BATCH = {"batch": [complete()]}
UPSERT = 'mutation { upsertModel(input: {name: "%s", entityName: "%s"}) { model { name } } }'


async def ask(key: str, query: str, **variables: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await post("/graphql", key, {"query": query, "variables": variables})).json()
    return answer


async def test_a_member_reads_what_another_wrote(alice_key: str, bob: User, bob_key: str) -> None:
    assert (await post(COMPLETE, alice_key, BATCH)).status_code == 200
    assert [call["id"] for call in await read(bob_key)] == ["one"]


async def test_basic_is_as_good_as_bearer(alice_key: str) -> None:
    basic = base64.b64encode(f"api:{alice_key}".encode()).decode()
    answer = await post(COMPLETE, "", BATCH, headers={"authorization": f"Basic {basic}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (COMPLETE, BATCH),
        ("/traces/calls/stream_query", {"project_id": PROJECT}),
        ("/traces/calls/delete", {"project_id": PROJECT, "call_ids": ["one"]}),
        ("/traces/obj/create", {"obj": {"project_id": PROJECT, "object_id": "x", "val": 1}}),
        ("/traces/obj/read", {"project_id": PROJECT, "object_id": "x", "digest": "latest"}),
        ("/traces/objs/query", {"project_id": PROJECT}),
        ("/traces/table/create", {"table": {"project_id": PROJECT, "rows": []}}),
        ("/traces/file/content", {"project_id": PROJECT, "digest": "x"}),
        ("/traces/feedback/query", {"project_id": PROJECT}),
        ("/traces/cost/query", {"project_id": PROJECT}),
        ("/traces/threads/stream_query", {"project_id": PROJECT}),
        ("/traces/project/stats", {"project_id": PROJECT}),
    ],
)
async def test_to_a_stranger_a_project_does_not_exist(
    project: Project, charlie_key: str, path: str, body: dict[str, Any]
) -> None:
    answer = await post(path, charlie_key, body)
    assert (answer.status_code, answer.json()["error_code"]) == (404, "not_found")


async def test_references_into_a_strangers_project_lead_nowhere(alice_key: str, charlie_key: str) -> None:
    await post("/traces/obj/create", alice_key, {"obj": {"project_id": PROJECT, "object_id": "x", "val": "secret"}})
    refs = {"refs": [f"weave:///{PROJECT}/object/x:latest"]}
    assert (await post("/traces/refs/read_batch", alice_key, refs)).json() == {"vals": ["secret"]}
    assert (await post("/traces/refs/read_batch", charlie_key, refs)).json() == {"vals": [None]}


async def test_the_first_write_makes_the_project(alice_key: str) -> None:
    body = {"batch": [complete(project_id="alice/new")]}
    assert (await post("/traces/v2/alice/new/calls/complete", alice_key, body)).status_code == 200
    assert await Project.objects.filter(team__slug="alice", slug="new").aexists()
    assert (await post("/traces/calls/stream_query", alice_key, {"project_id": "alice/none"})).status_code == 404


async def test_a_name_that_no_address_can_have_is_refused(alice_key: str) -> None:
    body = {"batch": [complete(project_id="alice/a b?")]}
    answer = await post("/traces/v2/alice/a/calls/complete", alice_key, body)
    assert (answer.status_code, answer.json()["error_code"]) == (422, "invalid_value")


async def test_a_revoked_key_opens_nothing(alice_key: str) -> None:
    await ApiKey.objects.filter(user__username="alice").aupdate(revoked_at="2026-01-01T00:00Z")
    assert (await post(COMPLETE, alice_key, BATCH)).status_code == 401


async def test_graphql_knows_the_viewer_and_their_teams(alice_key: str) -> None:
    answer = await ask(alice_key, "{ viewer { username defaultEntity { name } teams { edges { node { name } } } } }")
    viewer = answer["data"]["viewer"]
    assert (viewer["username"], viewer["defaultEntity"]["name"]) == ("alice", "alice")
    assert viewer["teams"]["edges"] == [{"node": {"name": "alice"}}]


async def test_graphql_makes_a_project_whose_name_an_address_can_have(alice_key: str) -> None:
    made = await ask(alice_key, UPSERT % ("my project!", "alice"))
    assert made["data"]["upsertModel"]["model"] == {"name": "my-project"}
    query = 'query($n: String!) { project(name: $n, entityName: "alice") { name entityName } }'
    assert (await ask(alice_key, query, n="my project!"))["data"]["project"]["name"] == "my-project"


async def test_graphql_tells_a_stranger_that_they_may_not(project: Project, charlie_key: str) -> None:
    answer = await ask(charlie_key, UPSERT % ("playground", "alice"))
    assert answer["errors"][0]["extensions"]["code"] == "PERMISSION_ERROR"
    query = '{ project(name: "playground", entityName: "alice") { name } entity(name: "alice") { id } }'
    assert (await ask(charlie_key, query))["data"] == {"project": None, "entity": None}


async def test_graphql_names_what_it_does_not_have(alice_key: str) -> None:
    answer = await ask(alice_key, "{ artifact(id: 7) { id } }")
    assert answer["errors"][0]["message"] == "Cannot query field 'artifact' on type 'Query'."


@pytest.fixture
def bob_key(bob: User) -> str:
    return key_of(bob)


@pytest.fixture
def charlie_key(charlie: User) -> str:
    return key_of(charlie)
