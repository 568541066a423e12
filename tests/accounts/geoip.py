"""Writes a small MaxMind database, as its format says: a search tree of bits, what it leads to, and how to read it."""

from __future__ import annotations

import ipaddress
import struct
from pathlib import Path
from typing import Any

#: An address in Atlantis (AT), one in Narnia (NA), and one in a country that the database does not know.
AT, NA, NOBODYS = "81.2.69.142", "89.160.20.112", "1.1.1.1"
COUNTRIES = {"81.2.69.0/24": "AT", "89.160.0.0/16": "NA", "2a02:ff00::/24": "AT", "192.168.0.0/16": "AT"}
MARKER = b"\xab\xcd\xefMaxMind.com"
#: What stands between the tree and the data.
GAP = 16
#: A side of a node leads to another node, to a record, or nowhere.
Node = list[Any]


def write(folder: Path, countries: dict[str, str] = COUNTRIES) -> str:
    """The file, for `countries` from networks to two-letter codes. IPv4 lives under ::/96."""
    root: Node = [None, None]
    for network, code in countries.items():
        _plant(root, network, code)
    nodes = _listed(root)
    data, offsets = b"", {}
    for code in sorted(set(countries.values())):
        offsets[code] = len(data)
        data += _encoded({"country": {"iso_code": code}})
    number = {id(node): index for index, node in enumerate(nodes)}

    def side(value: Any) -> int:
        if value is None:
            return len(nodes)
        return number[id(value)] if isinstance(value, list) else len(nodes) + GAP + offsets[value]

    tree = b"".join(side(value).to_bytes(4, "big") for node in nodes for value in node)
    path = folder / "countries.mmdb"
    path.write_bytes(tree + bytes(GAP) + data + MARKER + _encoded(_metadata(len(nodes))))
    return str(path)


def _plant(root: Node, network: str, code: str) -> None:
    found = ipaddress.ip_network(network)
    bits = f"{int(found.network_address):0128b}"
    depth = found.prefixlen + (96 if found.version == 4 else 0)
    node = root
    for bit in bits[: depth - 1]:
        node[int(bit)] = node[int(bit)] or [None, None]
        node = node[int(bit)]
    node[int(bits[depth - 1])] = code


def _listed(node: Node) -> list[Node]:
    return [node, *(below for side in node if isinstance(side, list) for below in _listed(side))]


def _metadata(node_count: int) -> dict[str, Any]:
    return {
        "binary_format_major_version": struct.pack(">H", 2),
        "binary_format_minor_version": struct.pack(">H", 0),
        "build_epoch": struct.pack(">Q", 1_700_000_000),
        "database_type": "Lineup-Test",
        "description": {"en": "Made for a test"},
        "ip_version": struct.pack(">H", 6),
        "languages": ["en"],
        "node_count": struct.pack(">I", node_count),
        "record_size": struct.pack(">H", 32),
    }


def _encoded(value: Any) -> bytes:
    """A control byte with type and size, then the value; strings are short here."""
    if isinstance(value, str):
        return bytes([2 << 5 | len(value)]) + value.encode()
    if isinstance(value, list):
        return bytes([len(value), 11 - 7]) + b"".join(map(_encoded, value))
    if isinstance(value, bytes):
        # Numbers come with their width: 2 bytes are type 5, 4 are type 6, 8 are type 9, which is an extended one.
        return {2: b"\xa2", 4: b"\xc4", 8: b"\x08\x02"}[len(value)] + value
    return bytes([7 << 5 | len(value)]) + b"".join(_encoded(key) + _encoded(item) for key, item in value.items())
