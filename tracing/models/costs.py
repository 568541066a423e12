"""What a project says the tokens of a model cost, where the catalog does not know or is not believed."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from accounts.models import Project, User
from common.ids import uuid7


def _new_id() -> str:
    return str(uuid7())


class Cost(models.Model):
    """Dollars per token from a moment on, in floating point as the client sends them: nobody is charged by these."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="costs", db_index=False)
    cost_id = models.CharField(max_length=36, unique=True, default=_new_id, editable=False)
    llm_id = models.CharField(max_length=256)
    provider_id = models.CharField(max_length=128, default="default")
    effective_date = models.DateTimeField(default=timezone.now)
    prompt_token_cost = models.FloatField()
    completion_token_cost = models.FloatField()
    cache_read_input_token_cost = models.FloatField(default=0)
    cache_creation_input_token_cost = models.FloatField(default=0)
    prompt_token_cost_unit = models.CharField(max_length=16, default="USD")
    completion_token_cost_unit = models.CharField(max_length=16, default="USD")
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("llm_id", "-effective_date")
        indexes = (models.Index(fields=("project", "llm_id", "effective_date"), name="costs_by_model"),)

    def __str__(self) -> str:
        return f"{self.llm_id} from {self.effective_date:%Y-%m-%d}"
