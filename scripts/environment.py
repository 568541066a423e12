"""What the commands need: Python and front-end packages and a secret key; made when missing, else left alone."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.commands import follow
from scripts.console import CannotGoOn, step

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE = 20


class Stamp:
    """Remembers beside what was installed which file it was installed from."""

    def __init__(self, path: Path, source: Path) -> None:
        self.path = path
        self.digest = hashlib.sha256(source.read_bytes()).hexdigest()

    def is_current(self) -> bool:
        return self.path.is_file() and self.path.read_text() == self.digest

    def write(self) -> None:
        self.path.write_text(self.digest)


def var_dir() -> Path:
    path = Path(os.environ.get("VAR_DIR", "").strip() or ROOT / "var")
    path.mkdir(parents=True, exist_ok=True)
    return path


def secret_key() -> None:
    """A key for this machine, made once; settings read it where nobody brings another."""
    path = var_dir() / "secret_key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))


def python_packages(lock: str) -> None:
    stamp = Stamp(VENV / f"{lock}.installed", ROOT / lock)
    if stamp.is_current() and PYTHON.exists():
        return
    with step(f"Installing {_count(lock)} Python packages (a minute or two the first time)"):
        _make_venv()
        pip_install(lock)
    stamp.write()


def _count(lock: str) -> int:
    return len(re.findall(r"^[A-Za-z0-9]\S*==", (ROOT / lock).read_text(), re.MULTILINE))


def pip_install(lock: str, *, python: Path | None = None) -> None:
    """Into our own environment, or into that of another Python."""
    pip = [str(PYTHON), "-m", "pip", *(["--python", str(python)] if python else []), "install"]
    quietly = "--no-input --disable-pip-version-check --progress-bar off --require-hashes -r".split()
    command = [*pip, *quietly, str(ROOT / lock)]
    code, log = follow(command, var_dir() / "setup.log", count="Collecting ", total=_count(lock))
    if code:
        raise CannotGoOn(
            f"A Python package could not be had ({_last(log, 'ERROR: ')}): check the network and pip's index "
            f"(`pip config list`), then run this again; the whole story is in {var_dir() / 'setup.log'}"
        )


def _make_venv() -> None:
    if PYTHON.exists() and not subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode:
        return
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True)
    if made.returncode:
        version = "{}.{}".format(*sys.version_info)
        raise CannotGoOn(
            f"This Python cannot make a virtual environment: install its venv module "
            f"(on Debian and Ubuntu: apt-get install python{version}-venv), then run this again"
        )


def node_packages() -> None:
    modules = ROOT / "node_modules"
    stamp = Stamp(modules / ".installed", ROOT / "package-lock.json")
    if stamp.is_current():
        return
    with step("Installing front-end packages"):
        npm_ci(ROOT)
    stamp.write()


def npm_ci(folder: Path) -> None:
    _need_node()
    command = ["npm", "ci", "--include=dev", "--no-progress", "--no-fund", "--no-audit"]
    code, log = follow(command, var_dir() / "setup.log", folder=folder)
    if code:
        raise CannotGoOn(
            f"A Node.js package could not be had ({_last(log, 'npm error network ', 'npm error ')}): check the "
            f"network and npm's registry (`npm config get registry`), then run this again; the whole story is in "
            f"{var_dir() / 'setup.log'}"
        )


def _need_node() -> None:
    advice = f"install Node.js {NODE} or newer with npm, then run this again"
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        raise CannotGoOn(f"Node.js is missing: {advice}")
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip()
    major = re.match(r"v(\d+)", version)
    if not major or int(major[1]) < NODE:
        raise CannotGoOn(f"Node.js {version.removeprefix('v')} is too old: {advice}")


def _last(log: list[str], *prefixes: str) -> str:
    """The last line that begins with one of these, the first prefix preferred."""
    for prefix in prefixes:
        for line in reversed(log):
            if line.startswith(prefix):
                return line.removeprefix(prefix).strip()
    return log[-1] if log else "it said nothing"
