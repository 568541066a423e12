"""Who is asking: people, the organizations they belong to, and the keys that speak for them."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.slugs import validate_project_slug, validate_team_slug
from common.ids import uuid7


class User(AbstractUser):
    concurrency = models.PositiveIntegerField(
        "requests at once",
        null=True,
        blank=True,
        help_text="How many requests of this person may run at once. Empty: what the plan of the organization says.",
    )

    objects: ClassVar[UserManager[Self]] = UserManager()


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def for_user(self, user: User) -> Self:
        return self.filter(memberships__user=user)

    def administered_by(self, user: User) -> Self:
        return self.filter(memberships__user=user, memberships__role=Membership.Role.ADMIN)


class Organization(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=100, unique=True)
    #: Whether an answer in the Playground is stopped when nobody looks at its comparison any more.
    stops_when_left = models.BooleanField(
        "stop answers that nobody watches",
        default=False,
        help_text="When the last tab of a comparison is closed, what is still being answered there is stopped.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    members = models.ManyToManyField(User, through="Membership", related_name="organizations")

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    class Role(models.TextChoices):
        ADMIN = "admin", "Admin"
        MEMBER = "member", "Member"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organization", "user"), name="one_membership_per_organization"),
        )

    def __str__(self) -> str:
        return f"{self.user} in {self.organization} ({self.role})"


class TeamQuerySet(models.QuerySet["Team"]):
    def for_user(self, user: User) -> Self:
        return self.filter(organization__memberships__user=user)


class Team(models.Model):
    """The "entity" of an address: `/<team>/<project>/…`; its name is unique on this server."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="teams")
    slug = models.CharField("name", max_length=64, validators=[validate_team_slug])
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ("slug",)
        constraints = (
            models.UniqueConstraint(
                Lower("slug"), name="one_team_per_name", violation_error_message="A team of this name exists already."
            ),
        )

    def __str__(self) -> str:
        return self.slug


class ProjectQuerySet(models.QuerySet["Project"]):
    def for_user(self, user: User) -> Self:
        """The door to projects: those of the organizations this person belongs to."""
        return self.filter(team__organization__memberships__user=user)

    def at(self, path: str) -> Self:
        """The project at "team/project", if there is one."""
        team, _, project = path.partition("/")
        return self.filter(team__slug=team, slug=project)


class Project(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    team = models.ForeignKey(Team, models.CASCADE, related_name="projects")
    slug = models.CharField("name", max_length=128, validators=[validate_project_slug])
    concurrency = models.PositiveIntegerField(
        "requests at once",
        null=True,
        blank=True,
        help_text="How many requests of this project may run at once. Empty: what the plan of the organization says.",
    )
    #: Whether calls of the API are traced where a request does not say.
    traces_calls = models.BooleanField("trace API calls", default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ("team__slug", "slug")
        constraints = (models.UniqueConstraint(fields=("team", "slug"), name="one_project_per_name"),)

    def __str__(self) -> str:
        return self.path

    @property
    def path(self) -> str:
        return f"{self.team.slug}/{self.slug}"

    def trace_calls(self, wanted: bool) -> None:
        self.traces_calls = wanted
        self.save(update_fields=["traces_calls"])


def digest(secret: str) -> str:
    """SHA-256 in hexadecimal: enough for secrets of 256 random bits, which no dictionary holds."""
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def usable(self, now: datetime) -> Self:
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None, user__is_active=True)

    def issue(
        self, *, user: User, project: Project | None, label: str = "", expires_at: datetime | None = None
    ) -> tuple[ApiKey, str]:
        """A new key and its secret, which exists nowhere else and can be shown this once."""
        secret = f"lineup-{secrets.token_hex(32)}"
        key = self.create(
            user=user, project=project, label=label, expires_at=expires_at, prefix=secret[:13], digest=digest(secret)
        )
        return key, secret


class ApiKey(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="api_keys")
    #: Used where a request names no project.
    project = models.ForeignKey(Project, models.SET_NULL, null=True, blank=True, related_name="api_keys")
    label = models.CharField(max_length=100, blank=True)
    prefix = models.CharField(max_length=16, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = (F("created_at").desc(),)

    def __str__(self) -> str:
        return f"{self.prefix}… {self.label}".strip()

    @property
    def status(self) -> str:
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at and self.expires_at <= timezone.now() else "active"

    def revoke(self) -> None:
        if self.revoked_at is None:
            self.revoked_at = timezone.now()
            self.save(update_fields=["revoked_at"])


INVITATION_LIFETIME = timedelta(days=7)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now())

    def for_token(self, token: str) -> Self:
        return self.filter(digest=digest(token))

    def issue(
        self, *, organization: Organization, invited_by: User, role: str, email: str = ""
    ) -> tuple[Invitation, str]:
        """A new invitation and the token of its link, which can be shown this once."""
        token = secrets.token_urlsafe(32)
        invitation = self.create(
            organization=organization,
            invited_by=invited_by,
            role=role,
            email=email,
            digest=digest(token),
            expires_at=timezone.now() + INVITATION_LIFETIME,
        )
        return invitation, token


class Invitation(models.Model):
    """A link that makes whoever follows it, once, a member of an organization."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=Membership.Role, default=Membership.Role.MEMBER)
    email = models.EmailField(blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.role} of {self.organization}"

    @property
    def status(self) -> str:
        if self.accepted_at:
            return "accepted"
        if self.withdrawn_at:
            return "withdrawn"
        return "open" if self.expires_at > timezone.now() else "expired"

    def withdraw(self) -> None:
        if self.status == "open":
            self.withdrawn_at = timezone.now()
            self.save(update_fields=["withdrawn_at"])
