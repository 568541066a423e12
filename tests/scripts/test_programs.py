"""Programs that tests need and packages cannot bring."""

from pathlib import Path

import pytest

from scripts import programs
from scripts.programs import Program

ACROBAT = Program("Acrobat", "acrobat-package", ("acrobat",))
APT = """#!/bin/sh
echo "$@" >> {folder}/asked
case "$*" in *install*acrobat*) echo '#!/bin/sh' > {folder}/acrobat; /bin/chmod +x {folder}/acrobat ;; esac
case "$*" in *ghost*) echo 'E: Unable to locate package ghost' >&2; exit 100 ;; esac
"""


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All that is on the PATH: an apt-get that knows one package."""
    (tmp_path / "apt-get").write_text(APT.format(folder=tmp_path))
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    return tmp_path


def test_root_gets_it_through_apt(bin_folder: Path) -> None:
    assert ACROBAT.path() == ""
    programs.install(ACROBAT)
    assert ACROBAT.path() == str(bin_folder / "acrobat")
    assert (bin_folder / "asked").read_text().splitlines() == [
        "-qq update",
        "-qq install --yes --no-install-recommends acrobat-package",
    ]


def test_what_is_here_is_left_alone(bin_folder: Path) -> None:
    programs.install(ACROBAT)
    (bin_folder / "asked").unlink()
    programs.install(ACROBAT)
    assert not (bin_folder / "asked").exists()


def test_anybody_else_is_told_what_to_install(
    bin_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    programs.install(ACROBAT)
    assert "sudo apt-get install acrobat-package" in capsys.readouterr().out
    assert not (bin_folder / "asked").exists()


def test_a_package_that_cannot_be_had_does_not_keep_the_others_away(
    bin_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    programs.install(Program("Ghost", "ghost", ("ghost",)), ACROBAT)
    assert "apt-get install failed: E: Unable to locate package ghost" in capsys.readouterr().out
    assert ACROBAT.path()
