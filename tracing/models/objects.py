"""Published objects: ops, models, datasets, evaluations, prompts … by name, in versions."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from accounts.models import Project, User
from tracing.saved_models.content import SAVED_MODEL

#: What people tell objects apart by, and the class of the client's that it is.
SORTS = {name: name.capitalize() for name in ("model", "dataset", "evaluation", "scorer", "leaderboard", "prompt")}


class ObjectQuerySet(models.QuerySet["Object"]):
    def kept(self) -> Self:
        return self.filter(deleted_at=None)

    def newest(self) -> Self:
        """Of each name the newest version that was not deleted."""
        newer = Object.objects.kept().filter(
            project=OuterRef("project"), object_id=OuterRef("object_id"), version__gt=OuterRef("version")
        )
        return self.kept().filter(~Exists(newer))

    def of_sort(self, sort: str) -> Self:
        """Objects that are no ops, of the class that people know them by; `other` is all the rest."""
        objects = self.filter(kind=Object.Kind.OBJECT)
        if sort == "other":
            return objects.exclude(base_class__in=SORTS.values())
        return objects.filter(base_class=SORTS[sort]) if sort in SORTS else objects

    def saved_models(self) -> Self:
        return self.filter(leaf_class=SAVED_MODEL, base_class="Model")

    def next_version(self) -> int:
        last: int | None = self.aggregate(last=Max("version"))["last"]
        return 0 if last is None else last + 1


class Object(models.Model):
    """One version of an object. Content that was published before is that version, and not the latest for it."""

    class Kind(models.TextChoices):
        OP = "op", "Op"
        OBJECT = "object", "Object"

    project = models.ForeignKey(Project, models.CASCADE, related_name="published", db_index=False)
    object_id = models.CharField("name", max_length=256)
    digest = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    base_class = models.CharField(max_length=128, null=True)
    leaf_class = models.CharField(max_length=128, null=True)
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)
    size = models.PositiveBigIntegerField()
    val = models.TextField()

    objects = ObjectQuerySet.as_manager()

    class Meta:
        ordering = ("object_id", "version")
        constraints = (
            models.UniqueConstraint(fields=("project", "object_id", "digest"), name="one_version_per_digest"),
            models.UniqueConstraint(fields=("project", "object_id", "version"), name="one_object_per_version"),
        )
        indexes = (
            models.Index(fields=("project", "digest"), name="objects_by_digest"),
            models.Index(fields=("project", "kind", "-created_at"), name="objects_by_time"),
            models.Index(
                fields=("project", "object_id", "version"), name="saved_models", condition=Q(leaf_class=SAVED_MODEL)
            ),
        )

    def __str__(self) -> str:
        return f"{self.object_id}:v{self.version}"

    @property
    def is_op(self) -> bool:
        return self.kind == self.Kind.OP

    @property
    def sort(self) -> str:
        """Op, Model, Dataset …, else its own class."""
        return "Op" if self.is_op else self.base_class or self.leaf_class or "Object"

    def delete_version(self, at: datetime) -> None:
        """The name and digest stay taken, what was in it goes."""
        self.deleted_at, self.val, self.size = at, "null", 0
        self.save(update_fields=["deleted_at", "val", "size"])
        self.tags.all().delete()
        self.aliases.all().delete()


class Tag(models.Model):
    """A word on a version; the same word may be on many."""

    target = models.ForeignKey(Object, models.CASCADE, related_name="tags")
    name = models.CharField(max_length=256)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("target", "name"), name="one_tag_per_version"),)

    def __str__(self) -> str:
        return self.name


class Alias(models.Model):
    """A name for one version, such as "production"; given to another it leaves the first."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=256)
    name = models.CharField(max_length=256)
    target = models.ForeignKey(Object, models.CASCADE, related_name="aliases")

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("project", "object_id", "name"), name="one_version_per_alias"),)

    def __str__(self) -> str:
        return self.name
