"""What is installed is exactly what was locked, from wherever this machine gets its packages."""

import json
import re

import pytest

from tests.house.files import ROOT

LOCKS = ["requirements.lock", "requirements-dev.lock", "tests/clients/requirements.lock"]
FOLDERS = ["", "tests/clients/"]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_python_package_is_pinned_with_its_hashes(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^#.*\n", "", (ROOT / lock).read_text()))
    assert [entry for entry in entries if not re.match(r"\S+==\S+.*\\\n\s+--hash=sha256:[0-9a-f]{64}", entry)] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_node_package_is_pinned_with_its_hash(folder: str) -> None:
    packages = json.loads((ROOT / f"{folder}package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if name and not package.get("integrity")] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_node_package_is_a_range(folder: str) -> None:
    manifest = json.loads((ROOT / f"{folder}package.json").read_text())
    wanted = {**manifest["dependencies"], **manifest.get("devDependencies", {})}
    assert [name for name, version in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


NAMED = [f"{folder}{file}" for folder in FOLDERS for file in ("package-lock.json", "package.json")]


@pytest.mark.parametrize("file", [*LOCKS, *NAMED, "pyproject.toml", ".npmrc"])
def test_no_registry_is_named(file: str) -> None:
    hosts = re.findall(r"(?:https?|git\+ssh|file)://[^\s\"']+", (ROOT / file).read_text())
    funding = re.compile(r"https://(opencollective\.com|github\.com/(sponsors/)?[^/]+(/[^/]+)?)")
    assert [host for host in hosts if not funding.match(host)] == []
