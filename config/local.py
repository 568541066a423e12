"""What `make run` finds or makes: organization "Local", its admin `admin`, team `local`, project `local/playground`."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from accounts.signup import welcome
from billing.accounts import grant
from common import money

ADMIN, ORGANIZATION, TEAM = "admin", "Local", "local"
CREDITS = money.pico("1000")


@transaction.atomic
def local_admin() -> User:
    """The admin of this machine, made on the first run; they have no password, only sign-in links."""
    user = User.objects.filter(username=ADMIN).first()
    if user is None:
        user = User.objects.create_superuser(ADMIN)
        project = welcome(user, organization=ORGANIZATION, team=TEAM)
        grant(project.team.organization, CREDITS, note="For trying Lineup on this machine")
    return user
