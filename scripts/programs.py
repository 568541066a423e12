"""Programs that no lock file brings: found, or installed through apt where that is allowed."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from scripts.console import say, step


@dataclass(frozen=True)
class Program:
    name: str
    package: str
    commands: tuple[str, ...]
    #: Where Debian and Homebrew keep commands that are not on the PATH.
    elsewhere: tuple[str, ...] = ()

    def path(self) -> str:
        """Empty if it is not here."""
        found = [shutil.which(command) for command in self.commands]
        hidden = sorted(str(path) for pattern in self.elsewhere for path in Path("/").glob(pattern))
        return next(filter(None, [*found, *reversed(hidden)]), "")


CHROMIUM = Program("Chromium", "chromium", ("chromium", "chromium-browser", "google-chrome"))
KEGS = ("usr/lib/postgresql/*/bin/postgres", "opt/homebrew/opt/postgresql@*/bin/postgres")
POSTGRES = Program("PostgreSQL", "postgresql", ("postgres",), KEGS)
REDIS = Program("Redis", "redis-server", ("redis-server",))


def install(*programs: Program) -> None:
    """Tries to have them all; what is still missing afterwards is for the caller to speak of."""
    packages = [program.package for program in programs if not program.path()]
    if not packages:
        return
    if os.geteuid() or not shutil.which("apt-get"):
        say(f"· Some tests need what is not here: sudo apt-get install {' '.join(packages)}")
        return
    with step(f"Installing {', '.join(packages)} through apt"):
        apt("update")
        for package in packages:
            apt("install", "--yes", "--no-install-recommends", package)


def apt(*arguments: str) -> None:
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(["apt-get", "-qq", *arguments], env=quiet, capture_output=True, text=True)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        say(f"  apt-get {arguments[0]} failed: {said[-1]}")
