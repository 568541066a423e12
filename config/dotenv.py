"""Reads a file of NAME=value lines into the environment, where a variable that is set already wins.

Only the standard library is used: `make run` reads the file before any package is installed.
"""

import os
import re
from pathlib import Path

LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")


def load(path: Path) -> None:
    if path.is_file():
        for name, value in parsed(path.read_text(encoding="utf-8")).items():
            os.environ.setdefault(name, value)


def parsed(text: str) -> dict[str, str]:
    """Blank lines and those that begin with # are skipped; one pair of quotes around a value is taken off."""
    found = (LINE.fullmatch(line.strip()) for line in text.splitlines())
    return {match[1]: _unquoted(match[2]) for match in found if match}


def _unquoted(value: str) -> str:
    quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value
