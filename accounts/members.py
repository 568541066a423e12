"""Who belongs to an organization: roles changed, people gone, invitations taken up; an admin always remains."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.authentication import forget_all
from accounts.models import Invitation, Membership, Organization, User


class LastAdmin(Exception):
    """The organization would be left without an admin."""


class NotOpen(Exception):
    """The invitation was used, withdrawn or has expired."""


@transaction.atomic
def change_role(*, membership: Membership, role: str) -> None:
    if role != Membership.Role.ADMIN:
        _need_another_admin(membership)
    membership.role = role
    membership.save(update_fields=["role"])


@transaction.atomic
def remove(*, membership: Membership) -> None:
    _need_another_admin(membership)
    membership.delete()
    transaction.on_commit(forget_all)


@transaction.atomic
def accept(*, invitation: Invitation, user: User) -> Membership:
    """Uses the invitation up; somebody who is a member already stays what they are and the link stays good."""
    existing = invitation.organization.memberships.filter(user=user).first()
    if existing:
        return existing
    claimed = Invitation.objects.open().filter(pk=invitation.pk).update(accepted_at=timezone.now(), accepted_by=user)
    if not claimed:
        raise NotOpen
    return Membership.objects.create(organization=invitation.organization, user=user, role=invitation.role)


def _need_another_admin(membership: Membership) -> None:
    # Two admins who remove each other at the same moment must queue up here.
    Organization.objects.select_for_update().get(pk=membership.organization_id)
    admins = Membership.objects.filter(organization=membership.organization_id, role=Membership.Role.ADMIN)
    if not admins.exclude(pk=membership.pk).exists():
        raise LastAdmin
