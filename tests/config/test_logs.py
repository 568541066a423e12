"""Nobody gets in with what the log says."""

import pytest

from config.logs import without_links


@pytest.mark.parametrize(
    "path", ["/sign-in/", "/invitations/", "/accounts/password/reset/key/", "/accounts/confirm-email/"]
)
def test_a_link_that_lets_in_is_masked(path: str) -> None:
    said = without_links(None, "info", {"event": "request_started", "request": f"GET {path}secret-token-1 "})
    assert "secret-token-1" not in said["request"]
    assert path in said["request"]


def test_other_addresses_are_logged_as_they_are() -> None:
    event = {"event": "request_started", "request": "GET /inference", "code": 200}
    assert without_links(None, "info", dict(event)) == event
