"""`make bench`: every benchmark, as one table; for an otherwise idle machine. docs/benchmarks.md has the method.

ONLY="engine_overhead …" runs some of them.
"""

from __future__ import annotations

import subprocess
import sys

from scripts import environment
from scripts.console import spoken
from scripts.programs import CHROMIUM, POSTGRES, REDIS, install


def main() -> None:
    environment.python_packages("requirements-dev.lock")
    environment.node_packages()
    install(CHROMIUM, POSTGRES, REDIS)
    command = [str(environment.PYTHON), "-m", "benchmarks"]
    sys.exit(subprocess.run(command, cwd=environment.ROOT).returncode)


if __name__ == "__main__":
    with spoken():
        main()
