"""A process of its own that admits many requests at once on the tests' database, when its parent says so."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from typing import Any

import django
from django.conf import settings


def main() -> None:
    settings.DATABASES["default"]["NAME"] = os.environ["RUSH_DATABASE"]
    django.setup()
    from accounts.models import Project, User
    from billing import writer
    from tests.billing.wishes import wish

    plan: dict[str, Any] = json.loads(sys.argv[1])
    user, project = User.objects.get(pk=plan["user"]), Project.objects.get(pk=plan["project"])
    writer.run(lambda: None).result(30)
    print("ready", flush=True)
    sys.stdin.readline()
    asked = [writer.submit(wish(user, project, **plan["changes"])) for _ in range(plan["times"])]
    errors = [each.exception(60) for each in asked]
    print(json.dumps(Counter(type(error).__name__ if error else "admitted" for error in errors)), flush=True)
    # As a process that is killed: nothing is settled and nobody is told.
    os._exit(0)


if __name__ == "__main__":
    main()
