"""Comparisons, who may change and who may read them, and the commands that were carried out in them."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Project, User
from common.ids import uuid7
from playground.images.rows import Attachment, AttachmentQuerySet

LONGEST_TITLE = 120


def title_of(text: str) -> str:
    """For a comparison that nobody has named: the first words that were said in it."""
    return " ".join(text.split())[:80]


def owned(user: User, path: str = "") -> Q:
    """What a person may change of comparisons, `path` being the way to them: their own, as long as they are members."""
    return Q((f"{path}created_by", user), (f"{path}project__team__organization__memberships__user", user))


def seen(user: User, path: str = "") -> Q:
    """What a person may read: their own, and what members of their organizations share."""
    is_theirs = Q((f"{path}created_by", user)) | ~Q((f"{path}sharing", Comparison.Sharing.OFF))
    return is_theirs & Q((f"{path}project__team__organization__memberships__user", user))


class ComparisonQuerySet(models.QuerySet["Comparison"]):
    def for_user(self, user: User) -> Self:
        return self.filter(owned(user))

    def seen_by(self, user: User) -> Self:
        return self.filter(seen(user))


class Comparison(models.Model):
    class Sharing(models.TextChoices):
        """What other members of the organization may do."""

        OFF = "", "Nobody else"
        READ = "read", "The organization can read"
        COPY = "copy", "The organization can read and copy"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="comparisons")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="comparisons")
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    #: What is typed but not sent.
    draft = models.TextField(blank=True)
    is_pinned = models.BooleanField(default=False)
    sharing = models.CharField(max_length=4, choices=Sharing, default=Sharing.OFF, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = ComparisonQuerySet.as_manager()

    class Meta:
        ordering = ("-updated_at",)
        indexes = (
            models.Index(fields=("project", "created_by", "-is_pinned", "-updated_at", "-id"), name="own_comparisons"),
            models.Index(
                fields=("project", "-updated_at", "-id"),
                name="shared_comparisons",
                condition=Q(sharing__in=("read", "copy")),
            ),
        )

    def __str__(self) -> str:
        return self.title or "New comparison"

    def get_absolute_url(self) -> str:
        return reverse("comparison", args=[self.pk])

    def is_owned_by(self, user: User) -> bool:
        return self.created_by_id == user.pk

    def may_be_copied_by(self, user: User) -> bool:
        """By one who may read it."""
        return self.is_owned_by(user) or self.sharing == self.Sharing.COPY

    def write(self, **values: Any) -> None:
        """These fields of its row. Raises DoesNotExist if somebody has deleted it since it was read."""
        if not Comparison.objects.filter(pk=self.pk).update(**values):
            raise Comparison.DoesNotExist
        for name, value in values.items():
            setattr(self, name, value)

    @property
    def is_shared(self) -> bool:
        return self.sharing != self.Sharing.OFF

    @property
    def owner(self) -> str:
        return str(self.created_by) if self.created_by else "Somebody who left"

    @property
    def draft_images(self) -> AttachmentQuerySet:
        """Those that are not sent."""
        return Attachment.objects.in_draft_of(self)


class Command(models.Model):
    """A command that was carried out: a repeated one changes nothing."""

    #: Made of the id that its tab gave it and of the comparison's, so that no tab can take another's.
    id = models.UUIDField(primary_key=True, editable=False)
    comparison = models.ForeignKey(Comparison, models.CASCADE, related_name="commands")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return str(self.id)
