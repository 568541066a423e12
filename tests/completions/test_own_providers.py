"""A team's own provider is called at an address that was checked, and nowhere else."""

from __future__ import annotations

import gc
from dataclasses import replace
from time import monotonic

import aiohttp
import pytest
from pytest_django.fixtures import Settings

from accounts.caller import Caller
from accounts.models import Project, User
from completions import routes, upstream
from completions.receipt import Receipt
from inference_catalog.models import Model, Provider
from inference_catalog.own_providers import Amounts, Described, add_model
from tests.completions.scripted import Act, Scripted, answer
from tests.completions.stage import Running, books, chat, in_thread, whole
from tests.inference_catalog.own.owning import PUBLIC, Names
from tests.upstreams.scripted import DONE, FINISH, HEAD, USAGE, WORDS, sends

pytestmark = pytest.mark.django_db(transaction=True)
ID = "alice/gpus/llama-3"
NAME = "models.example.com"
ANSWERS = sends(HEAD, WORDS, FINISH, USAGE, DONE)


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Names:
    settings.OWN_PROVIDERS_MAY_BE_PRIVATE = True
    routes.forget()
    return Names(monkeypatch)


@pytest.fixture
def caller(alice: User, project: Project) -> Caller:
    return Caller.of(alice, project, door="api")


@in_thread
def connect(caller: Caller, base_url: str, amounts: Amounts | None = None) -> Model:
    project = Project.objects.select_related("team").get(pk=caller.project_id)
    provider = Provider(team=project.team, slug="gpus", name="Our GPUs", base_url=base_url)
    provider.keep_api_key("sk-own")
    provider.keep_headers({"X-Tenant": "seven", "OpenAI-Project": "secret/project"})
    provider.save()
    described = Described("Llama", context_window=8_000)
    return add_model(provider=provider, upstream_id="llama-3", described=described, amounts=amounts or Amounts())


@in_thread
def change_key(key: str) -> None:
    provider = Provider.objects.get(slug="gpus")
    provider.keep_api_key(key)
    provider.save()
    routes.forget()


def open_sessions() -> set[aiohttp.ClientSession]:
    # Of lazy objects, to ask for more than their type is to make them.
    return {one for one in gc.get_objects() if type(one) is aiohttp.ClientSession and not one.closed}


def message(receipt: Receipt) -> str:
    return str((receipt.error or {}).get("message"))


async def test_it_is_asked_by_its_own_name_with_its_key_and_headers(caller: Caller) -> None:
    async with Scripted(ANSWERS) as provider:
        await connect(caller, provider.base_url)
        receipt = await whole(caller, chat(model=ID))
    (asked,) = provider.requests
    assert (receipt.outcome, receipt.provider) == ("completed", "Our GPUs")
    assert asked.body["model"] == "llama-3"
    assert (asked.headers["authorization"], asked.headers["x-tenant"]) == ("Bearer sk-own", "seven")


async def test_it_is_charged_at_its_own_price(caller: Caller) -> None:
    async with Scripted(ANSWERS) as provider:
        await connect(caller, provider.base_url, Amounts(input=1_000_000, output=2_000_000))
        receipt = await whole(caller, chat(model=ID))
    record = (await books(receipt.id)).record
    assert (record.model, record.provider, record.input_price, record.output_price) == (
        ID, "gpus", 1_000_000, 2_000_000,
    )  # fmt: skip
    assert record.cost == 9 * 1_000_000 + 3 * 2_000_000


async def test_zero_is_a_price_and_its_usage_is_booked(caller: Caller) -> None:
    async with Scripted(ANSWERS) as provider:
        await connect(caller, provider.base_url)
        receipt = await whole(caller, chat(model=ID))
    record = (await books(receipt.id)).record
    assert (record.cost, record.prompt_tokens, record.completion_tokens) == (0, 9, 3)


async def test_nobody_elses_team_can_call_it_not_even_right_after_its_own(caller: Caller, charlie: User) -> None:
    stranger = await in_thread(lambda: Caller.of(charlie, Project.objects.for_user(charlie).get(), door="api"))()
    nobody = replace(caller, team_id=None)
    async with Scripted(ANSWERS) as provider:
        await connect(caller, provider.base_url)
        await whole(caller, chat(model=ID))
        for other in (stranger, nobody):
            with pytest.raises(Exception, match="does not exist or you do not have access to it"):
                await Running(other, chat(model=ID)).task
    assert len(provider.requests) == 1


async def test_the_shown_request_masks_all_that_the_team_gave(caller: Caller) -> None:
    async with Scripted(ANSWERS) as provider:
        await connect(caller, provider.base_url)
        running = Running(caller, chat(model=ID))
        await running.task
    shown = str(running.completion.sent)
    assert not [secret for secret in ("sk-own", "seven", "secret/project") if secret in shown]


async def test_a_name_is_resolved_once_and_the_connection_goes_to_what_was_checked(
    caller: Caller, names: Names
) -> None:
    names.known[NAME] = [["127.0.0.1"], ["169.254.169.254"]]
    async with Scripted(ANSWERS) as provider:
        await connect(caller, provider.base_url.replace("127.0.0.1", NAME))
        receipt = await whole(caller, chat(model=ID))
    assert receipt.outcome == "completed"
    assert names.asked == [NAME]
    assert provider.requests[0].headers["host"] == f"{NAME}:{provider.port}"


@pytest.mark.parametrize("answers", [["127.0.0.1"], [PUBLIC, "127.0.0.1"], ["::ffff:127.0.0.1"], ["64:ff9b::7f00:1"]])
async def test_a_name_that_leads_inside_now_is_not_called(
    caller: Caller, names: Names, settings: Settings, answers: list[str]
) -> None:
    settings.OWN_PROVIDERS_MAY_BE_PRIVATE = False
    names.known[NAME] = [answers]
    async with Scripted(ANSWERS) as provider:
        await connect(caller, provider.base_url.replace("127.0.0.1", NAME))
        receipt = await whole(caller, chat(model=ID))
    assert "is at an address that a team's provider may not have" in message(receipt)
    assert provider.requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "localhost", "127.1"])
async def test_an_address_in_the_url_is_checked_too_when_it_is_called(
    caller: Caller, settings: Settings, host: str
) -> None:
    """The operator allowed private networks once, and does so no longer."""
    settings.OWN_PROVIDERS_MAY_BE_PRIVATE = False
    async with Scripted(ANSWERS) as provider:
        await connect(caller, provider.base_url.replace("127.0.0.1", host))
        receipt = await whole(caller, chat(model=ID))
    assert receipt.outcome == "failed"
    assert provider.requests == []


async def test_no_proxy_resolves_the_name_instead(
    caller: Caller, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    names.known[NAME] = [["127.0.0.1"]]
    async with Scripted(answer(502, b"")) as proxy, Scripted(ANSWERS) as provider:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        await connect(caller, provider.base_url.replace("127.0.0.1", NAME))
        receipt = await whole(caller, chat(model=ID))
    assert (receipt.outcome, proxy.requests) == ("completed", [])


def redirect(url: str) -> Act:
    return sends(f"HTTP/1.1 307 Elsewhere\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n".encode())


async def test_a_redirect_is_not_followed(caller: Caller) -> None:
    async with Scripted(ANSWERS) as inside, Scripted(redirect(f"{inside.base_url}/chat/completions")) as provider:
        await connect(caller, provider.base_url)
        receipt = await whole(caller, chat(model=ID))
    assert "answered 307" in message(receipt)
    assert inside.requests == []


async def test_what_a_provider_repeats_of_our_secrets_is_not_passed_on(caller: Caller) -> None:
    tale = b'{"error": {"message": "sk-own of seven may not do that"}}'
    async with Scripted(answer(422, tale)) as provider:
        await connect(caller, provider.base_url)
        receipt = await whole(caller, chat(model=ID))
    assert message(receipt).endswith("… of … may not do that")


async def test_nothing_is_kept_of_a_key_that_was_changed_long_ago(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    later, before = 0.0, open_sessions()
    monkeypatch.setattr(upstream, "monotonic", lambda: monotonic() + later)
    async with Scripted(ANSWERS) as provider:
        await connect(caller, provider.base_url)
        for number in range(3):
            await change_key(f"sk-{number}")
            receipt = await whole(caller, chat(model=ID))
            assert receipt.outcome == "completed"
            later += 86_400
    assert [asked.headers["authorization"] for asked in provider.requests] == [
        "Bearer sk-0",
        "Bearer sk-1",
        "Bearer sk-2",
    ]
    assert len(open_sessions() - before) == 1
