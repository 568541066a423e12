"""The files that are ours: not packages, not what a run leaves behind."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {"node_modules", "var", "migrations", "__pycache__", "test-results"}


def ours(suffix: str, under: str = "") -> Iterator[Path]:
    yield from sorted(path for path in _walk(ROOT / under) if path.suffix == suffix)


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in NOT_OURS or path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _walk(path)
        else:
            yield path


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))
