"""What a new person finds: an organization, its admin's seat, a personal team and a first project."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import chain, count

from django.db import transaction

from accounts.models import Membership, Organization, Project, Team, User
from accounts.slugs import RESERVED

FIRST_PROJECT = "playground"


@transaction.atomic
def welcome(user: User, *, organization: str = "", team: str = "") -> Project:
    """The person's first project; organization and team are named after them unless told otherwise."""
    own = Organization.objects.create(name=_free(organization or user.username, 100, _organization_exists))
    Membership.objects.create(organization=own, user=user, role=Membership.Role.ADMIN)
    personal = Team.objects.create(organization=own, slug=_free(_slug(team or user.username), 64, _team_is_not_free))
    return Project.objects.create(team=personal, slug=FIRST_PROJECT)


def _slug(name: str) -> str:
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._-]+", "-", ascii_name).strip("-._") or "team"


def _free(name: str, longest: int, taken: Callable[[str], bool]) -> str:
    return next(candidate for candidate in _candidates(name, longest) if not taken(candidate))


def _candidates(name: str, longest: int) -> Iterator[str]:
    suffixes = chain([""], (f"-{number}" for number in count(2)))
    return (name[: longest - len(suffix)] + suffix for suffix in suffixes)


def _organization_exists(name: str) -> bool:
    return Organization.objects.filter(name__iexact=name).exists()


def _team_is_not_free(slug: str) -> bool:
    return slug.lower() in RESERVED or Team.objects.filter(slug__iexact=slug).exists()
