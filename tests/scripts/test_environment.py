"""What the commands install, and what they say when they cannot."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import environment
from scripts.children import Child, free_port
from scripts.commands import follow
from scripts.console import CannotGoOn
from tests.house.files import ROOT


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout where nothing was installed yet but the virtual environment made."""
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "PYTHON", Path(sys.executable))
    (tmp_path / ".venv").mkdir()
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    (tmp_path / "package-lock.json").write_text("{}")
    return tmp_path


def test_a_secret_key_is_made_once_and_for_its_owner_alone(bare: Path) -> None:
    environment.secret_key()
    path = bare / "var/secret_key"
    first = path.read_text()
    environment.secret_key()
    assert path.read_text() == first
    assert len(first) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_package_that_cannot_be_had_is_told_in_one_sentence(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(bare))
    (bare / "some.lock").write_text(f"no-such-package==1.0 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(CannotGoOn, match=r"could not be had \(.*no-such-package.*check the network"):
        environment.python_packages("some.lock")
    assert not (bare / ".venv/some.lock.installed").exists()


def test_what_is_installed_is_left_alone(bare: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bare / "some.lock").write_text("")
    environment.python_packages("some.lock")
    assert "Installing" in capsys.readouterr().out
    environment.python_packages("some.lock")
    assert capsys.readouterr().out == ""
    (bare / "some.lock").write_text("# changed\n")
    environment.python_packages("some.lock")
    assert "Installing" in capsys.readouterr().out


def test_a_missing_node_is_told(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(bare))
    with pytest.raises(CannotGoOn, match=r"Node\.js is missing: install Node\.js 20 or newer"):
        environment.node_packages()


def test_an_old_node_is_told(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("node", "npm"):
        (bare / name).write_text("#!/bin/sh\necho v18.19.0\n")
        (bare / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(bare))
    with pytest.raises(CannotGoOn, match=r"Node\.js 18\.19\.0 is too old"):
        environment.node_packages()


def test_an_old_python_is_told_in_one_line() -> None:
    pretend = "import sys; sys.version_info = (3, 9, 2); import scripts"
    done = subprocess.run([sys.executable, "-c", pretend], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("Lineup needs Python 3.11 or newer and this is 3.9: install it")
    assert done.stderr.count("\n") == 1


def test_progress_is_told_while_a_command_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("scripts.commands.EVERY", -1)
    code, lines = follow(["printf", "Collecting a\nnoise\nCollecting b\n"], tmp_path / "log", count="Collect", total=2)
    assert (code, lines) == (0, ["Collecting a", "noise", "Collecting b"])
    assert capsys.readouterr().out.splitlines()[-1].strip() == "2 of 2"


def test_a_child_that_does_not_start_says_why(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no room at the inn')"]
    child = Child("The child", command, port=free_port(), log=tmp_path / "log")
    with pytest.raises(CannotGoOn, match="The child did not start: no room at the inn"):
        child.start()
