"""Weave's own client against a served Lineup: the files of tests/tracing/client/, each run by a process of its own.

The client keeps threads, sockets and a tracer for as long as its process lives; no other test should live with them.
"""

from pathlib import Path

import pytest

from tests.tracing.conftest import Run

PROGRAMS = Path(__file__).parent / "client"
FILES = sorted(path for path in PROGRAMS.glob("*.py") if path.stem not in ("__init__", "conftest", "reading"))


@pytest.mark.parametrize("program", FILES, ids=lambda path: path.stem)
def test_the_client_reads_back_what_it_wrote(program: Path, run_client: Run) -> None:
    options = ["-q", "--tb=short", "-c", str(PROGRAMS / "pytest.ini"), "-p", "no:cacheprovider", "-p", "no:django"]
    done = run_client("-m", "pytest", *options, str(program))
    assert done.returncode == 0, done.stdout + done.stderr
