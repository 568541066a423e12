"""How many questions pages ask of the database; a part of benchmarks/usage_pages.py, whose environment says which."""

from __future__ import annotations

import sys

import django

django.setup()

from django.conf import settings  # noqa: E402  (Django first)
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from accounts.models import User  # noqa: E402


def main(name: str, paths: list[str]) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(User.objects.get(username=name))
    for path in paths:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200, path
        print(len(queries))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
