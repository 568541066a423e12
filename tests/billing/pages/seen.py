"""What billing's pages say, read from their HTML."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client

TAG = re.compile(r"<[^>]+>")


def data(page: str, name: str) -> int:
    """The number of `data-<name>`, which stands there once."""
    (value,) = re.findall(rf'data-{name}="(-?\d+)"', page)
    return int(value)


def text(page: str) -> str:
    """As it is read, on one line."""
    return " ".join(unescape(TAG.sub(" ", page)).split())


def shown(client: Client, path: str = "/billing", status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def followed(client: Client, path: str, said: dict[str, str]) -> str:
    """The page that a form leads to."""
    answer = client.post(path, said, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()
