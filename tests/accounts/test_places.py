"""Where a request comes from, and where none is served: no header of a stranger's changes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from accounts import places
from common.errors import CountryNotSupported
from tests.accounts import geoip
from tests.accounts.geoip import AT, NA, NOBODYS

PROXY = "10.0.0.1"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    return geoip.write(tmp_path_factory.mktemp("geoip"))


@pytest.fixture
def restricted(database: str) -> Iterator[None]:
    with override_settings(BLOCKED_COUNTRIES=["AT"], GEOIP_DATABASE=database, TRUSTED_PROXIES=["10.0.0.0/8", "::1"]):
        yield


def scope(peer: str, *headers: tuple[str, str]) -> dict[str, Any]:
    return {"client": (peer, 1234), "headers": [(name.encode(), value.encode()) for name, value in headers]}


def country(peer: str, *headers: tuple[str, str]) -> str:
    return places.place_of(scope(peer, *headers)).country


@pytest.mark.usefixtures("restricted")
@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        (AT, [], "AT"),
        (NA, [], "NA"),
        (NOBODYS, [], ""),
        ("2a02:ff01::7", [], "AT"),
        (f"::ffff:{AT}", [], "AT"),
        ("192.168.0.7", [], ""),
        ("", [], ""),
        ("/run/socket", [], ""),
        # Who speaks for somebody else without being our proxy speaks for himself.
        (AT, [NOBODYS], "AT"),
        (PROXY, [AT], "AT"),
        (PROXY, [NOBODYS, AT], "AT"),
        (PROXY, [f"{NOBODYS}, {AT}, 10.0.0.2"], "AT"),
        (PROXY, [f"{AT}, {NOBODYS}"], ""),
        (f"::ffff:{PROXY}", [AT], "AT"),
        ("::1", ["2a02:ff01::7"], "AT"),
        (PROXY, ["nonsense"], ""),
    ],
)
def test_the_country_is_that_of_the_nearest_address_that_is_not_our_proxys(
    peer: str, forwarded: list[str], expected: str
) -> None:
    assert country(peer, *(("x-forwarded-for", value) for value in forwarded)) == expected


@pytest.mark.usefixtures("restricted")
@pytest.mark.parametrize(
    ("peer", "said", "expected"),
    [
        (PROXY, ["NA"], "NA"),
        (PROXY, ["na"], "NA"),
        (PROXY, [], "AT"),
        (PROXY, ["XX"], "AT"),
        (PROXY, ["Narnia"], "AT"),
        (PROXY, ["NA", "BR"], "BR"),
        (AT, ["NA"], "AT"),
    ],
)
def test_a_trusted_proxys_word_goes_before_the_database_and_nobody_elses_counts(
    peer: str, said: list[str], expected: str
) -> None:
    headers = [("x-forwarded-for", AT), *(("cf-ipcountry", value) for value in said)]
    with override_settings(COUNTRY_HEADER="CF-IPCountry"):
        assert country(peer, *headers) == expected


@pytest.mark.usefixtures("restricted")
@pytest.mark.parametrize(("peer", "served"), [(AT, False), (NA, True), (NOBODYS, True), ("127.0.0.1", True)])
def test_only_what_is_known_to_be_blocked_is_refused(peer: str, served: bool) -> None:
    place = places.place_of(scope(peer))
    if served:
        place.check()
    else:
        with pytest.raises(CountryNotSupported):
            place.check()


def test_without_a_restriction_nobodys_country_is_looked_up(database: str) -> None:
    with override_settings(GEOIP_DATABASE=database):
        assert places.place_of(scope(AT)) == places.Place(AT, "")


@pytest.mark.parametrize("content", [None, b"", b"not a database", bytes(5000)])
def test_it_does_not_start_without_the_database_it_is_told_to_read(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "countries.mmdb"
    if content is not None:
        path.write_bytes(content)
    with (
        override_settings(BLOCKED_COUNTRIES=["AT"], GEOIP_DATABASE=str(path)),
        pytest.raises(ImproperlyConfigured, match="GEOIP_DATABASE"),
    ):
        places.check_settings()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"BLOCKED_COUNTRIES": ["AT"]}, "no country is ever known"),
        ({"COUNTRY_HEADER": "CF-IPCountry"}, "name your proxies"),
    ],
)
def test_it_does_not_start_with_a_restriction_that_would_never_hold(changes: dict[str, Any], sentence: str) -> None:
    with override_settings(**changes), pytest.raises(ImproperlyConfigured, match=sentence):
        places.check_settings()
