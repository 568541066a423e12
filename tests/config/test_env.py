"""A setting that cannot be meant stops the start, with a sentence."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


def test_networks_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.0/8, ::1")
    assert env.networks("TRUSTED_PROXIES") == ["10.0.0.0/8", "::1"]


def test_a_network_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "proxy.example.com")
    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES has"):
        env.networks("TRUSTED_PROXIES")
