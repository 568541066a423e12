"""`make lock`: compiles the lock files; with hashes, and without the name of a registry."""

from __future__ import annotations

import subprocess

from scripts import environment
from scripts.console import CannotGoOn, spoken, step

COMPILE = "pip compile --quiet --generate-hashes --no-annotate --no-emit-index-url --python-version 3.11".split()
LOCKS = {
    "requirements.lock": ["pyproject.toml"],
    "requirements-dev.lock": ["pyproject.toml", "--group", "dev"],
    "tests/clients/requirements.lock": ["--group", "clients"],
}


def main() -> None:
    environment.python_packages("requirements-dev.lock")
    uv = str(environment.VENV / "bin" / "uv")
    for lock, wanted in LOCKS.items():
        with step(f"Compiling {lock}"):
            command = [uv, *COMPILE, *wanted, "-o", lock]
            if subprocess.run(command, cwd=environment.ROOT).returncode:
                raise CannotGoOn(f"{lock} could not be compiled: see above")


if __name__ == "__main__":
    with spoken():
        main()
