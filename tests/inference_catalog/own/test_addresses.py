"""What attackers type as the base URL of a provider."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from inference_catalog.models import Provider
from tests.inference_catalog.own.owning import PUBLIC, Names, typed

NEVER = [
    "http://169.254.169.254/latest/meta-data",
    "http://169.254.170.2/v1",
    "http://2852039166/v1",
    "http://0xa9fea9fe/v1",
    "http://0251.0376.0251.0376/v1",
    "http://169.254.43518/v1",
    "http://169.16689662/v1",
    "http://169%2e254.169.254/v1",
    "http://１６９.254.169.254/v1",
    "http://169。254。169。254/v1",
    "http://[fe80::1]/v1",
    "http://[fe80::1%25eth0]/v1",
    "http://[::ffff:169.254.169.254]/v1",
    "http://[::ffff:a9fe:a9fe]/v1",
    "http://[::169.254.169.254]/v1",
    "http://[::ffff:0:169.254.169.254]/v1",
    "http://[64:ff9b::169.254.169.254]/v1",
    "http://[64:ff9b::a9fe:a9fe]/v1",
    "http://[64:ff9b:1::a9fe:a9fe]/v1",
    "http://[2002:a9fe:a9fe::1]/v1",
    "http://[2001:0:a9fe:a9fe::1]/v1",
    "http://[2606:4700::5efe:a9fe:a9fe]/v1",
    "http://[fec0::1]/v1",
    "http://[fd00:ec2::254]/v1",
    "http://[fd20:ce::254]/v1",
    "http://100.100.100.200/v1",
    "http://168.63.129.16/v1",
    "http://192.0.0.192/v1",
    "http://metadata.google.internal/v1",
    "http://METADATA.google.internal./v1",
    "http://metadata/v1",
    "http://0.0.0.0:8000/v1",
    "http://0/v1",
    "http://0.1.2.3/v1",
    "http://[::]/v1",
    "http://224.0.0.1/v1",
    "http://[ff02::1]/v1",
    "http://255.255.255.255/v1",
    "http://240.0.0.1/v1",
]
PRIVATE = [
    "http://127.0.0.1:11434/v1",
    "http://127.1/v1",
    "http://2130706433/v1",
    "http://0x7f.1/v1",
    "http://017700000001/v1",
    "http://[::1]/v1",
    "http://[::ffff:127.0.0.1]/v1",
    "http://[64:ff9b::7f00:1]/v1",
    "http://10.1.2.3/v1",
    "http://172.16.0.1/v1",
    "http://192.168.0.9/v1",
    "http://[::ffff:10.0.0.1]/v1",
    "http://100.64.0.1/v1",
    "http://198.18.0.1/v1",
    "http://[fd12:3456::1]/v1",
    "http://[2001:db8::1]/v1",
]
NO_URL = [
    "ftp://models.example.com/v1",
    "file:///etc/passwd",
    "gopher://models.example.com:70/_x",
    "javascript:alert(1)",
    "//models.example.com/v1",
    "models.example.com/v1",
    "http://",
    "http://[::1",
    "http://host:99999/v1",
    "http://user:secret@models.example.com/v1",
    "http://models.example.com@169.254.169.254/v1",
    "http://models.example.com/v1?x=1",
    "http://models.example.com/v1#x",
    "http://models.example.com\\@169.254.169.254/v1",
    "http://models.example.com\\.evil.example.com/v1",
    "http://models.example\t.com/v1",
    "http://models.example.com/v1\r\nX-Tenant: other",
    "http://models.example.com/v 1",
]


def refused(client: Client, url: str) -> str:
    """What stands beside the field."""
    answer = client.post("/settings/providers/new", typed(url))
    assert answer.status_code == 422
    assert not Provider.objects.exists()
    return " ".join(answer.context["form"].errors["base_url"])


@pytest.mark.parametrize("url", NEVER)
@pytest.mark.parametrize("may_be_private", [False, True])
def test_some_addresses_are_always_refused(
    alice_client: Client, settings: Settings, url: str, may_be_private: bool
) -> None:
    settings.OWN_PROVIDERS_MAY_BE_PRIVATE = may_be_private
    assert "not an address that a provider may have" in refused(alice_client, url)


@pytest.mark.parametrize("url", PRIVATE)
def test_private_ones_are_refused_unless_the_operator_allows_them(
    alice_client: Client, settings: Settings, url: str
) -> None:
    assert "private network" in refused(alice_client, url)
    settings.OWN_PROVIDERS_MAY_BE_PRIVATE = True
    assert alice_client.post("/settings/providers/new", typed(url)).status_code == 302


@pytest.mark.parametrize("url", NO_URL)
def test_what_is_no_base_url_is_refused(alice_client: Client, url: str) -> None:
    assert refused(alice_client, url)


@pytest.mark.parametrize("answers", [["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["169.254.169.254"], [PUBLIC, "::1"]])
def test_a_name_is_refused_for_any_of_its_addresses(alice_client: Client, names: Names, answers: list[str]) -> None:
    names.known["models.example.com"] = [answers]
    assert refused(alice_client, "https://models.example.com/v1").startswith("models.example.com is ")


@pytest.mark.parametrize(
    "url", ["https://models.example.com/v1", "https://93.184.215.14/v1", "http://[64:ff9b::5db8:d70e]"]
)
def test_what_is_on_the_internet_is_taken(alice_client: Client, names: Names, url: str) -> None:
    names.known["models.example.com"] = [[PUBLIC]]
    assert alice_client.post("/settings/providers/new", typed(url)).status_code == 302


def test_a_name_that_is_not_found_yet_may_be_kept(alice_client: Client) -> None:
    assert alice_client.post("/settings/providers/new", typed("https://soon.example.com/v1")).status_code == 302
