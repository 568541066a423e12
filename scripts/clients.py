"""Clients of the API that we did not write and the product does not need: installed apart, for tests/clients alone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from scripts import environment
from scripts.console import CannotGoOn, say, step

SOURCE = "tests/clients"


def install() -> dict[str, str]:
    """For the environment of the tests: which Python and which folder have them. What cannot be had is missing."""
    found = {}
    for variable, make in {"CLIENTS_PYTHON": python, "CLIENTS_NODE": node}.items():
        try:
            found[variable] = str(make())
        except CannotGoOn as reason:
            say(f"  {reason}")
    return found


def python() -> Path:
    lock, venv = f"{SOURCE}/requirements.lock", _folder("python")
    own = venv / "bin" / "python"
    stamp = environment.Stamp(venv / "installed", environment.ROOT / lock)
    if not stamp.is_current():
        with step("Installing Python clients of the API"):
            subprocess.run([environment.PYTHON, "-m", "venv", "--clear", "--without-pip", str(venv)], check=True)
            environment.pip_install(lock, python=own)
        stamp.write()
    return own


def node() -> Path:
    source, folder = environment.ROOT / SOURCE, _folder("node")
    stamp = environment.Stamp(folder / "installed", source / "package-lock.json")
    if not stamp.is_current():
        with step("Installing Node.js clients of the API"):
            for name in ("package.json", "package-lock.json"):
                shutil.copy(source / name, folder)
            environment.npm_ci(folder)
        stamp.write()
    return folder


def _folder(name: str) -> Path:
    folder = environment.var_dir() / "cache" / "clients" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()
