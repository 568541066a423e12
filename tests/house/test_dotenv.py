"""The .env file."""

import os
from pathlib import Path

import pytest

from config import dotenv


def test_it_reads_names_and_values() -> None:
    text = "# a comment\nA=1\n\n  B = two words \nexport C='quoted # kept'\nD=\"\"\nnonsense\n#E=5\n"
    assert dotenv.parsed(text) == {"A": "1", "B": "two words", "C": "quoted # kept", "D": ""}


def test_the_real_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("LINEUP_TEST_A=file\nLINEUP_TEST_B=file\n")
    monkeypatch.setenv("LINEUP_TEST_A", "shell")
    monkeypatch.setenv("LINEUP_TEST_B", "")
    monkeypatch.delenv("LINEUP_TEST_B")
    dotenv.load(tmp_path / ".env")
    assert (os.environ["LINEUP_TEST_A"], os.environ["LINEUP_TEST_B"]) == ("shell", "file")


def test_no_file_is_no_matter(tmp_path: Path) -> None:
    dotenv.load(tmp_path / ".env")
