"""What can be asked: models, the providers that serve them, who offers what, and at which price."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.utils import timezone

from common.errors import ModelNotFound
from common.ids import uuid7


class ModelQuerySet(models.QuerySet["Model"]):
    def callable(self, model_id: str) -> Model:
        """Raises ModelNotFound for an ID that cannot be called; of a retired one it names the replacement."""
        model = self.select_related("replacement").filter(model_id=model_id).first()
        if model is None:
            text = f"The model `{model_id[:200]}` does not exist or you do not have access to it."
            raise ModelNotFound(text, param="model")
        if model.status == Model.Status.RETIRED:
            instead = f" Use `{model.replacement.model_id}` instead." if model.replacement else ""
            raise ModelNotFound(f"The model `{model_id}` was retired.{instead}", param="model")
        return model

    def listed(self) -> Self:
        """Those that people may choose: not retired."""
        return self.exclude(status=Model.Status.RETIRED)


class Model(models.Model):
    class Status(models.TextChoices):
        AVAILABLE = "available", "Available"
        DEPRECATED = "deprecated", "Deprecated"
        RETIRED = "retired", "Retired"

    class Source(models.TextChoices):
        CATALOG = "catalog", "Catalog file"
        PROVIDER = "provider", "Provider's list"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    #: The ID of the API, such as "deepseek-ai/DeepSeek-R1-0528".
    model_id = models.CharField("model ID", max_length=200, unique=True)
    name = models.CharField(max_length=100)
    maker = models.CharField(max_length=100, blank=True)
    #: Name of the maker's logo among the icons.
    logo = models.CharField(max_length=60, blank=True)
    summary = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True)
    modalities = models.JSONField(default=list)
    #: Of "tools", "json", "json_schema", "vision", "reasoning", "logprobs".
    features = models.JSONField(default=list)
    #: In tokens; empty where nobody says.
    context_window = models.PositiveIntegerField(null=True, blank=True)
    max_output = models.PositiveIntegerField(null=True, blank=True)
    parameters_total = models.PositiveBigIntegerField(null=True, blank=True)
    parameters_active = models.PositiveBigIntegerField(null=True, blank=True)
    license = models.CharField(max_length=100, blank=True)
    license_url = models.URLField(blank=True)
    links = models.JSONField(default=dict, blank=True)
    released = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.AVAILABLE)
    retired_at = models.DateTimeField(null=True, blank=True)
    replacement = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=10, choices=Source, default=Source.CATALOG)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ModelQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.model_id

    @property
    def price(self) -> Price | None:
        """The price now in force; None means the model cannot be called, never that it is free."""
        return self.price_at(timezone.now())

    def price_at(self, moment: datetime) -> Price | None:
        return self.prices.filter(effective_at__lte=moment).order_by("-effective_at").first()


class Provider(models.Model):
    class Kind(models.TextChoices):
        WANDB = "wandb", "W&B Inference"
        OPENAI = "openai", "OpenAI-compatible"
        OLLAMA = "ollama", "Ollama"
        SIMULATOR = "simulator", "Simulator"

    class Health(models.TextChoices):
        UNKNOWN = "unknown", "Not checked yet"
        UP = "up", "Reachable"
        DOWN = "down", "Cannot be reached"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.OPENAI)
    base_url = models.URLField(max_length=500)
    #: Encrypted with a key derived from SECRET_KEY; see inference_catalog/secrets.py.
    encrypted_api_key = models.TextField(blank=True, editable=False)
    #: Headers sent with each call, such as OpenAI-Project.
    headers = models.JSONField(default=dict, blank=True)
    #: Lower is asked first.
    priority = models.PositiveSmallIntegerField(default=100)
    is_enabled = models.BooleanField(default=True)
    health = models.CharField(max_length=10, choices=Health, default=Health.UNKNOWN, editable=False)
    health_detail = models.CharField(max_length=300, blank=True, editable=False)
    checked_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("priority", "name")

    def __str__(self) -> str:
        return self.name

    @property
    def is_simulated(self) -> bool:
        return self.kind == Provider.Kind.SIMULATOR


class OfferingQuerySet(models.QuerySet["Offering"]):
    def open(self) -> Self:
        """What may be called now, best first: real providers before the simulator, reachable ones before the rest."""
        return (
            self.filter(withdrawn_at=None, provider__is_enabled=True)
            .select_related("provider", "model")
            .order_by(
                models.Case(models.When(provider__kind=Provider.Kind.SIMULATOR, then=1), default=0),
                models.Case(models.When(provider__health=Provider.Health.DOWN, then=1), default=0),
                "priority",
                "provider__priority",
                "pk",
            )
        )


class Offering(models.Model):
    """One provider serves one model under an ID of its own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    model = models.ForeignKey(Model, models.CASCADE, related_name="offerings")
    provider = models.ForeignKey(Provider, models.CASCADE, related_name="offerings")
    upstream_id = models.CharField("upstream ID", max_length=200)
    priority = models.PositiveSmallIntegerField(default=100)
    #: When the provider stopped listing it.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OfferingQuerySet.as_manager()

    class Meta:
        ordering = ("priority",)
        constraints = (models.UniqueConstraint(fields=("model", "provider"), name="one_offering_per_provider"),)

    def __str__(self) -> str:
        return f"{self.model_id} at {self.provider_id}"


class Price(models.Model):
    """Micro-USD per million tokens from a moment on. Write-once: a new price is a new row."""

    model = models.ForeignKey(Model, models.PROTECT, related_name="prices")
    input = models.PositiveBigIntegerField("input, micro-USD per 1M tokens")
    output = models.PositiveBigIntegerField("output, micro-USD per 1M tokens")
    #: Empty: cached input costs what input costs.
    cached_input = models.PositiveBigIntegerField("cached input, micro-USD per 1M tokens", null=True, blank=True)
    effective_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("-effective_at",)
        constraints = (models.UniqueConstraint(fields=("model", "effective_at"), name="one_price_per_moment"),)

    def __str__(self) -> str:
        return f"{self.model} from {self.effective_at:%Y-%m-%d}"
