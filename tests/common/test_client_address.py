"""Where a request comes from."""

import pytest

from common.client_address import client_address

OURS = ["10.0.0.0/8", "::1"]


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "address"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),
        ("10.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "made up, 192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "198.51.100.1, 192.0.2.7, 10.0.0.2", "192.0.2.7"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("::1", "2001:db8::7", "2001:db8::7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("", "192.0.2.7", ""),
    ],
)
def test_it_believes_our_own_proxies_alone(peer: str, forwarded_for: str, address: str) -> None:
    assert client_address(peer=peer, forwarded_for=forwarded_for, trusted=OURS) == address
