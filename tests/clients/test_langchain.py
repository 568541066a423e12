"""LangChain's tests run in the clients' own environment, each told by its name when it fails."""

from __future__ import annotations

from pathlib import Path

from tests.clients.conftest import Run

TESTS = Path(__file__).resolve().parent / "langchain_chat.py"


def test_langchains_chat_openai(run: Run, clients_python: str) -> None:
    alone = "-q -p no:cacheprovider --noconftest -c /dev/null --rootdir".split()
    said = run(clients_python, "-m", "pytest", *alone, TESTS.parent, TESTS, PYTHONDONTWRITEBYTECODE="1")
    assert "passed" in said
