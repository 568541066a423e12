"""Providers of a team's own, made as its admins make them: by filling in forms."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from django.test import Client

from inference_catalog import addresses
from inference_catalog.models import Offering, Provider

KEY, SECRET = "sk-own-Zebra-7", "header-Zebra-7"
PUBLIC = "93.184.215.14"


def typed(base_url: str, **fields: str) -> dict[str, str]:
    return {
        "name": "Our GPUs", "slug": "gpus", "base_url": base_url, "api_key": KEY, "headers_text": f"X-Tenant: {SECRET}"
    } | fields  # fmt: skip


def model_typed(**fields: Any) -> dict[str, Any]:
    return {"upstream_id": "llama-3", "context_window": "8000", "input": "0", "output": "0"} | fields


def add(client: Client, base_url: str, **fields: str) -> Provider:
    answer = client.post("/settings/providers/new", typed(base_url, **fields))
    assert answer.status_code == 302, answer.context["form"].errors
    return Provider.objects.get(pk=answer.headers["location"].rpartition("/")[2])


def add_model(client: Client, provider: Provider, **fields: Any) -> Offering:
    answer = client.post(f"/settings/providers/{provider.pk}/models/new", model_typed(**fields))
    assert answer.status_code == 302, answer.context["model_form"].errors
    return Offering.objects.filter(provider=provider).latest("created_at")


class Names:
    """A resolver: each name has a list of answers, taken in turn; the last stays. Addresses resolve to themselves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.known: dict[str, list[list[str]]] = {}
        self.asked: list[str] = []
        self._system = socket.getaddrinfo
        monkeypatch.setattr(addresses, "lookup", self._lookup)

    def _lookup(self, host: str, port: Any, **options: Any) -> Any:
        if host not in self.known or options.get("flags"):
            # Nothing outside is ever asked: what is no address is not found.
            options["flags"] = options.get("flags", 0) | socket.AI_NUMERICHOST
            return self._system(host, port, **options)
        self.asked.append(host)
        answers = self.known[host]
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [entry for address in found for entry in self._system(address, port, type=socket.SOCK_STREAM)]
