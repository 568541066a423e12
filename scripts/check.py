"""`make check`: everything that can be said about the code without running it. All checks run; one failure fails."""

from __future__ import annotations

import os
import subprocess
from time import monotonic

from scripts import environment
from scripts.console import CannotGoOn, say, spoken

TOOLS = environment.VENV / "bin"
TEMPLATES = "git ls-files --cached --others --exclude-standard templates '*/templates/*.html' | grep '\\.html$'"
CHECKS = {
    "format": "ruff format --check --quiet .",
    "lint": "ruff check --quiet .",
    # From this folder first: weave brings a package that installs its own `tests`.
    "types": "python -m mypy .",
    "import contracts": "lint-imports",
    "templates": f"djade --check --target-version 5.2 $({TEMPLATES})",
    "migrations": "python manage.py makemigrations --check --dry-run",
    "deployment": "python manage.py check --deploy --fail-level WARNING",
}
#: As a deployment would have it: a key of its own, a public name, HTTPS in front.
DEPLOYED = {
    "SECRET_KEY": "checked-as-if-deployed-0123456789-abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "lineup.test",
}


def main() -> None:
    environment.python_packages("requirements-dev.lock")
    environment.node_packages()
    failed = [name for name, command in CHECKS.items() if not passes(name, command)]
    if failed:
        raise CannotGoOn(f"These checks failed: {', '.join(failed)}")
    say("All checks passed")


def passes(name: str, command: str) -> bool:
    begin = monotonic()
    clean = {variable: value for variable, value in os.environ.items() if variable not in ("DATABASE_URL", "REDIS_URL")}
    path = f"{TOOLS}:{os.environ['PATH']}"
    done = subprocess.run(
        command,
        shell=True,
        cwd=environment.ROOT,
        env=clean | DEPLOYED | {"PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    say(f"{'✗' if done.returncode else '·'} {name} ({monotonic() - begin:.1f} s)")
    if done.returncode:
        say(done.stdout.rstrip())
    return not done.returncode


if __name__ == "__main__":
    with spoken():
        main()
