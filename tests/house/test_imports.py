"""The import contract of pyproject.toml."""

import subprocess
import sys
from pathlib import Path

from tests.house.files import ROOT


def test_imports_go_down_only() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
