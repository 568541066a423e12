"""The part of `make run` that needs Django: a database that is up to date, a catalog, somebody to sign in as."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from accounts.sign_in_link import sign_in_path
from config.local import local_admin


class Command(BaseCommand):
    help = "Migrates, loads the catalog, makes the local admin; prints, alone on stdout, the path of a sign-in link."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        call_command("sync_catalog", stdout=self.stderr)
        self.stdout.write(sign_in_path(local_admin()))
