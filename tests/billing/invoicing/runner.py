"""A process that runs the invoices on the tests' database when its parent says so, and may be killed at it."""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import django
from django.conf import settings


def main() -> None:
    settings.DATABASES["default"]["NAME"] = os.environ["RUSH_DATABASE"]
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = (
        "django.core.mail.backends.filebased.EmailBackend",
        os.environ["MAILS"],
    )
    django.setup()
    plan: dict[str, Any] = json.loads(sys.argv[1])
    from django.db import connection

    from billing.invoicing.run import run_invoices
    from common import clock

    at = datetime.fromisoformat(plan["at"])
    clock.now = lambda told=None: at
    if plan["dies_after"]:
        die_after(plan["dies_after"])
    print("ready", flush=True)
    sys.stdin.readline()

    def run(_which: int) -> list[str]:
        try:
            return [invoice.number for invoice in run_invoices()]
        finally:
            connection.close()

    with ThreadPoolExecutor(plan["threads"]) as pool:
        numbers = sorted(number for made in pool.map(run, range(plan["threads"])) for number in made)
    print(json.dumps(numbers), flush=True)


def die_after(step: str) -> None:
    """As when the machine loses its power: nothing is tidied up."""
    module, _, name = step.partition(":")
    home: Any = importlib.import_module(module)
    function = getattr(home, name)

    def deadly(*arguments: Any, **options: Any) -> Any:
        function(*arguments, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(home, name, deadly)


if __name__ == "__main__":
    main()
