"""The addresses that the client prints, and whom they open for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.test import Client

from accounts.models import Project, User
from tests.tracing.pages.conftest import WEAVE, Log
from tracing import files, publishing
from tracing.pages.spaces import Visitor
from tracing.visits import Space

#: In a process of its own: the client keeps threads for as long as its process lives.
PROGRAM = """
import json
from weave.trace import urls
where = ("alice", "playground")
print(json.dumps({
    "project": urls.project_weave_root_url(*where),
    "call": urls.redirect_call(*where, "one"),
    "object": urls.object_version_path(*where, "my thing ü", "VERSION"),
    "op": urls.op_version_path(*where, "my-op", "VERSION"),
    "conversation": urls.agent_conversation_path(*where, "talk 1"),
}))
"""


@pytest.fixture(scope="module")
def printed() -> dict[str, str]:
    """The addresses that the client would print."""
    variables = {"WANDB_BASE_URL": "http://127.0.0.1:8000", "WANDB_ERROR_REPORTING": "false"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=os.environ | variables, capture_output=True, text=True, check=True
    )
    urls: dict[str, str] = json.loads(done.stdout)
    return {name: urlsplit(url).path for name, url in urls.items()}


def followed(client: Client, url: str) -> str:
    """The text of the page that it leads to."""
    answer = client.get(url, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_projects_own_address_leads_to_its_traces(alice_client: Client, log: Log, printed: dict[str, str]) -> None:
    log("one", display_name="My trace")
    assert "My trace" in followed(alice_client, printed["project"])


def test_what_is_printed_of_a_call_opens_it(alice_client: Client, log: Log, printed: dict[str, str]) -> None:
    log("one")
    assert '<h2 id="call-title">ask</h2>' in followed(alice_client, printed["call"])


def test_what_is_printed_of_an_object_opens_it(
    alice_client: Client, alice: User, space: Space, printed: dict[str, str]
) -> None:
    made = publishing.publish(Visitor(alice), space, "my thing ü", {"a": 1}, None)
    assert "my thing ü" in followed(alice_client, printed["object"].replace("VERSION", made.digest))


def test_what_is_printed_of_an_op_opens_its_code(
    alice_client: Client, alice: User, space: Space, printed: dict[str, str]
) -> None:
    code = files.keep(space, b"def f(): return '<b>'", None)
    op = {"_type": "CustomWeaveType", "weave_type": {"type": "Op"}, "files": {"obj.py": code}}
    made = publishing.publish(Visitor(alice), space, "my-op", op, None)
    page = followed(alice_client, printed["op"].replace("VERSION", made.digest))
    assert "def f(): return &#x27;&lt;b&gt;&#x27;" in page


def test_what_is_printed_of_a_conversation_lists_its_calls(
    alice_client: Client, log: Log, printed: dict[str, str]
) -> None:
    log("one", thread_id="talk 1", display_name="A turn")
    log("two", thread_id="talk 2", display_name="Another talk")
    page = followed(alice_client, printed["conversation"])
    assert "A turn" in page
    assert "Another talk" not in page


@pytest.mark.parametrize("call_id", ["01a207b5-b70d-796e-835f-000000000001", "a/b?c#d%20é", "new\nline", "<b>"])
def test_a_calls_link_opens_it_whatever_its_id_is(alice_client: Client, log: Log, call_id: str) -> None:
    log(call_id, display_name="My trace")
    page = alice_client.get(f"{WEAVE}/traces").content.decode()
    (link,) = {unescape(part.partition('"')[0]) for part in page.split('href="') if part.startswith(f"{WEAVE}/calls/")}
    assert '<h2 id="call-title">My trace</h2>' in alice_client.get(link).content.decode()


def test_a_visitor_signs_in_and_comes_back(client: Client, project: Project) -> None:
    answer = client.get(f"{WEAVE}/calls/one")
    assert answer.headers["Location"] == f"/accounts/login/?next={WEAVE}/calls/one"


def test_to_a_stranger_nothing_of_it_exists(charlie_client: Client, log: Log) -> None:
    log("one")
    for address in (WEAVE, f"{WEAVE}/traces", f"{WEAVE}/calls/one", "/alice/playground/r/call/one", f"{WEAVE}/objects"):
        assert charlie_client.get(address).status_code == 404


def test_the_project_of_the_address_becomes_the_current_one(bob_client: Client, project: Project) -> None:
    Project.objects.create(team=project.team, slug="second")
    bob_client.get("/alice/second/weave/traces")
    assert 'href="/alice/second/weave/traces"' in bob_client.get("/settings").content.decode()


def test_switching_the_project_stays_among_its_traces(alice_client: Client, project: Project) -> None:
    answer = alice_client.post("/switch", {"project": project.pk, "section": "traces"})
    assert answer.headers["Location"] == f"{WEAVE}/traces"


@pytest.mark.parametrize(
    "address", ["calls/none", "objects/none", "objects/none/versions/latest", "ops/x/versions/y", "files/none"]
)
def test_what_is_not_there_is_not_found(alice_client: Client, project: Project, address: str) -> None:
    assert alice_client.get(f"{WEAVE}/{address}").status_code == 404
