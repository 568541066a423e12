"""The test button says plainly what is wrong with a provider."""

from __future__ import annotations

import re
import socket
import ssl
import subprocess
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from inference_catalog import diagnosis
from inference_catalog.models import Provider
from scripts.children import free_port
from tests.inference_catalog.own.owning import KEY, PUBLIC, SECRET, Names, add, add_model
from tests.inference_catalog.own.upstreams import Say, listening, lists, says

pytestmark = pytest.mark.usefixtures("private_allowed")


def pressed(client: Client, provider: Provider) -> str:
    answer = client.post(f"/settings/providers/{provider.pk}/test", headers={"hx-request": "true"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert KEY not in page
    assert SECRET not in page
    return " ".join(page.split())


def told(client: Client, say: Say) -> str:
    with listening(say) as server:
        return pressed(client, add(client, server.base_url))


def dropped(request: BaseHTTPRequestHandler) -> None:
    request.connection.close()


@pytest.mark.parametrize(
    ("say", "words"),
    [
        (lists("llama-3", "qwen"), "answers and lists 2 models"),
        (lists(), "list of models is empty"),
        (says(401, f'{{"error": {{"message": "{KEY} is wrong"}}}}'), "refuses the API key (401)"),
        (says(403, ""), "refuses the API key (403)"),
        (says(404, "not here"), "knows no list of models at this address (404). Is the API at another host, port"),
        (
            says(200, "<html>Welcome</html>"),
            "it sent a web page instead of a list of models. Is the API at another host",
        ),
        (says(200, '{"models": []}'), "does not speak OpenAI's protocol"),
        (says(200, "[" * 100_000), "does not speak OpenAI's protocol"),
        (says(500, ""), "answered 500"),
        (says(429, ""), "asked too often"),
        (says(302, "", Location="http://169.254.169.254/"), "redirects elsewhere (302), which is not followed"),
        (says(200, b"x" * (diagnosis.MOST_BYTES + 1)), "sent more than a list of models can be"),
        (dropped, "closed the connection"),
    ],
)
def test_it_says_what_a_server_does(alice_client: Client, say: Say, words: str) -> None:
    assert words in " ".join(re.sub("<[^>]*>", "", told(alice_client, say)).replace("&#x27;", "'").split())


@pytest.mark.parametrize("say", [says(404, "not here"), says(200, "<html>Welcome</html>")])
def test_whether_v1_is_missing_is_asked_where_it_may_be(alice_client: Client, say: Say) -> None:
    with listening(say) as server:
        page = pressed(alice_client, add(alice_client, server.base_url.removesuffix("/v1")))
    assert "Does the base URL end in /v1?" in page


def test_what_is_wrong_is_said_once(alice_client: Client) -> None:
    assert told(alice_client, says(401, "")).count("refuses the API key") == 1


def test_the_key_and_the_headers_are_sent_there(alice_client: Client) -> None:
    with listening(lists("llama-3")) as server:
        pressed(alice_client, add(alice_client, server.base_url))
        assert (server.headers["authorization"], server.headers["x-tenant"]) == (f"Bearer {KEY}", SECRET)


def test_a_missing_v1_is_found(alice_client: Client) -> None:
    with listening(lists("llama-3", at="/v1/models")) as server:
        page = pressed(alice_client, add(alice_client, server.base_url.removesuffix("/v1")))
    assert f"Add /v1 to the end of the base URL: {server.base_url}" in page


def test_a_model_that_is_not_listed_is_named(alice_client: Client) -> None:
    with listening(lists("qwen")) as server:
        provider = add(alice_client, server.base_url)
        add_model(alice_client, provider)
        page = pressed(alice_client, provider)
    assert "does not list llama-3" in page
    assert '<option value="qwen">' in page


def test_the_last_of_a_thousand_listed_models_is_not_missed(alice_client: Client) -> None:
    with listening(lists(*(f"a-{number:03}" for number in range(1000)), "llama-3")) as server:
        provider = add(alice_client, server.base_url)
        add_model(alice_client, provider)
        page = pressed(alice_client, provider)
    assert "lists 1001 models" in page
    assert "does not list" not in page
    assert page.count("<option") == page.count("data-listed>") == diagnosis.MOST_SHOWN
    assert "The first 500 of 1001." in page


@pytest.mark.parametrize("host", ["2130706433", "127.1"])
def test_an_address_in_short_notation_is_asked_for_as_four_numbers(alice_client: Client, host: str) -> None:
    page = pressed(alice_client, add(alice_client, f"http://{host}:8000/v1"))
    assert "Write an address as four numbers with dots between." in page


def test_what_a_server_lists_is_no_markup(alice_client: Client) -> None:
    assert "<script>" not in told(alice_client, lists('"><script>alert(1)</script>'))


def test_nobody_listening(alice_client: Client) -> None:
    provider = add(alice_client, f"http://127.0.0.1:{free_port()}/v1")
    assert "refused the connection" in pressed(alice_client, provider)
    provider.refresh_from_db()
    assert (provider.health, provider.health_detail) == ("down", "Our GPUs refused the connection")


def test_a_name_that_is_not_found(alice_client: Client) -> None:
    assert "not found (DNS)" in pressed(alice_client, add(alice_client, "https://nowhere.example.com/v1"))


def test_a_server_that_never_answers(alice_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        provider = add(alice_client, f"http://127.0.0.1:{silent.getsockname()[1]}/v1")
        assert "(timeout)" in pressed(alice_client, provider)


def test_http_where_tls_is_expected(alice_client: Client) -> None:
    with listening(lists("llama-3")) as server:
        provider = add(alice_client, server.base_url.replace("http://", "https://"))
        assert "does not speak TLS there" in pressed(alice_client, provider)


def test_a_certificate_that_nobody_signed(alice_client: Client, tmp_path: Path) -> None:
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "1"]
    files = ["-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "cert")]
    subprocess.run([*made, *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    with listening(lists("llama-3")) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        provider = add(alice_client, server.base_url.replace("http://", "https://"))
        assert "certificate that is not trusted" in pressed(alice_client, provider)


def test_a_name_that_was_good_and_leads_inside_now_is_not_called(
    alice_client: Client, names: Names, settings: Settings
) -> None:
    settings.OWN_PROVIDERS_MAY_BE_PRIVATE = False
    with listening(lists("llama-3")) as server:
        names.known["models.example.com"] = [[PUBLIC], ["127.0.0.1"]]
        provider = add(alice_client, server.base_url.replace("127.0.0.1", "models.example.com"))
        assert "is at an address that is not called" in pressed(alice_client, provider)
        assert server.paths == []


def test_it_answers_as_a_whole_page_without_scripts(alice_client: Client) -> None:
    with listening(lists("llama-3")) as server:
        answer = alice_client.post(f"/settings/providers/{add(alice_client, server.base_url).pk}/test")
    assert "answers and lists 1 model." in answer.content.decode()
    assert "<html" in answer.content.decode()


# What is written in the form, saved or not -----------------------------------------------------


def tried(client: Client, provider: Provider, base_url: str, **fields: str) -> str:
    typed = {"name": "", "base_url": base_url, "api_key": "", "headers_text": ""} | fields
    answer = client.post(f"/settings/providers/{provider.pk}/test", typed, headers={"hx-request": "true"})
    assert answer.status_code == 200
    assert "no-store" in answer.headers["cache-control"]
    page = answer.content.decode()
    assert not {KEY, SECRET, *fields.values()} & set(re.findall(r"[\w-]+", page))
    return " ".join(page.split())


def test_what_is_typed_is_tested_and_not_saved(alice_client: Client) -> None:
    with listening(lists("llama-3")) as server:
        provider = add(alice_client, server.base_url)
        page = tried(alice_client, provider, server.base_url, api_key="sk-typed", headers_text="X-Tenant: typed")
    assert (server.headers["authorization"], server.headers["x-tenant"]) == ("Bearer sk-typed", "typed")
    assert "answers and lists 1 model" in page
    assert "not saved yet" in page
    assert "data-listed" not in page, "models are added to what is saved"
    provider.refresh_from_db()
    assert (provider.api_key, provider.health) == (KEY, Provider.Health.UNKNOWN)
    assert "provider-state" not in page


def test_secrets_that_are_not_typed_are_the_kept_ones_of_the_same_server(alice_client: Client) -> None:
    with listening(lists("llama-3")) as server:
        provider = add(alice_client, server.base_url.removesuffix("/v1"))
        page = tried(alice_client, provider, server.base_url)
        assert server.headers["authorization"] == f"Bearer {KEY}"
        assert "not saved yet" in page
        tried(alice_client, provider, server.base_url, remove_api_key="on", remove_headers="on")
        assert not {"authorization", "x-tenant"} & server.headers.keys()
        page = tried(alice_client, provider, provider.base_url)
    assert "not saved yet" not in page
    provider.refresh_from_db()
    assert provider.health == Provider.Health.UP, "as it is saved"


def test_a_kept_secret_is_not_sent_to_another_server(alice_client: Client) -> None:
    with listening(lists("llama-3")) as server, listening(lists("llama-3")) as other:
        provider = add(alice_client, server.base_url)
        page = tried(alice_client, provider, other.base_url)
        assert "Not tested. API key: Another server is given what was kept only if you type it again." in bare(page)
        page = tried(alice_client, provider, other.base_url, api_key="sk-typed")
        assert "Not tested. Extra headers: Another server is given" in bare(page)
        assert other.paths == server.paths == []
        page = tried(alice_client, provider, other.base_url, api_key="sk-typed", remove_headers="on")
    assert other.headers["authorization"] == "Bearer sk-typed"
    assert "answers and lists 1 model" in page


def bare(page: str) -> str:
    return re.sub(r"<[^>]*>", "", page)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"base_url": "http://169.254.169.254/v1"}, "Base URL: 169.254.169.254 is"),
        ({"base_url": ""}, "Base URL: This field is required."),
        ({"api_key": "two words"}, "API key: A key is one word"),
        ({"headers_text": "Host: elsewhere"}, "Extra headers: "),
    ],
)
def test_what_could_not_be_saved_is_not_tested(alice_client: Client, fields: dict[str, str], sentence: str) -> None:
    with listening(lists("llama-3")) as server:
        provider = add(alice_client, server.base_url)
        typed = {
            "name": "Our GPUs",
            "base_url": server.base_url,
            "api_key": KEY,
            "headers_text": "X-Tenant: x",
        } | fields
        page = alice_client.post(f"/settings/providers/{provider.pk}/test", typed).content.decode()
    assert f"Not tested. {sentence}" in " ".join(bare(page).split())
    assert server.paths == []


def test_without_scripts_what_is_typed_stays_in_the_form(alice_client: Client) -> None:
    with listening(lists("llama-3")) as server:
        provider = add(alice_client, server.base_url)
        typed = {"name": "Theirs", "base_url": server.base_url, "api_key": "sk-typed", "headers_text": ""}
        answer = alice_client.post(f"/settings/providers/{provider.pk}/test", typed)
    assert (answer.status_code, answer.headers["cache-control"].count("no-store")) == (200, 1)
    assert 'value="Theirs"' in answer.content.decode()
    assert 'value="sk-typed"' in answer.content.decode()
