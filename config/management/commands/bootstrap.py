"""The part of `make run` that needs Django: a database that is up to date, a catalog, somebody to sign in as."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.models import User
from accounts.sign_in_link import sign_in_path
from accounts.signup import welcome
from billing.grants import grant
from common import money

#: Whom `make run` finds or makes: the admin of this machine and of an organization with a project `local/playground`.
ADMIN, ORGANIZATION, TEAM = "admin", "Local", "local"
CREDITS = money.pico("1000")


class Command(BaseCommand):
    help = "Migrates, loads the catalog, makes the local admin; prints, alone on stdout, the path of a sign-in link."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        call_command("sync_catalog", stdout=self.stderr)
        self.stdout.write(sign_in_path(local_admin()))


@transaction.atomic
def local_admin() -> User:
    """Made on the first run, without a password: sign-in links are their only way in."""
    user = User.objects.filter(username=ADMIN).first()
    if user is None:
        user = User.objects.create_superuser(ADMIN)
        project = welcome(user, organization=ORGANIZATION, team=TEAM)
        grant(project.team.organization, CREDITS, note="For trying Lineup on this machine")
    return user
