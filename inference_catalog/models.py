"""What can be asked: models, the providers that serve them, who offers what, and at which price."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta
from typing import Any, NoReturn, Self

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from accounts.models import Team
from common import clock
from common.errors import ModelNotFound
from common.ids import uuid7
from common.texts import storable
from inference_catalog import base_urls, encryption, model_ids

#: A provider found down is asked last for this long; then it is tried again in its usual place.
RESTING = timedelta(seconds=30)

_is_model_id = RegexValidator(
    rf"^{model_ids.PATTERN}\Z",
    "An ID is made of ASCII letters, digits and _ . : @ + -, with slashes between its parts.",
)


class Source(models.TextChoices):
    CATALOG = "catalog", "Catalog file"
    OWN = "own", "Team's own provider"
    PROVIDER = "provider", "Provider's list"
    STAFF = "staff", "Staff"


class ModelQuerySet(models.QuerySet["Model"]):
    def of(self, team_id: uuid.UUID | None) -> Self:
        """The door to models: everybody's, and those of this team's own providers."""
        return self.filter(models.Q(team=None) | models.Q(team=team_id)) if team_id else self.filter(team=None)

    def listed(self, team_id: uuid.UUID | None = None) -> Self:
        """Those that people may choose: not retired, and not of a provider that their team has switched off."""
        served = Offering.objects.enabled().filter(model=models.OuterRef("pk"))
        seen = self.of(team_id).exclude(status=Model.Status.RETIRED)
        return seen.filter(models.Q(team=None) | models.Exists(served)) if team_id else seen

    def callable(self, model_id: str, team_id: uuid.UUID | None = None) -> Model:
        """The model of this ID. Raises ModelNotFound with a sentence for what is unknown, retired or has no price."""
        model_id = storable(model_id)
        model = self.of(team_id).select_related("replacement").filter(model_id=model_id).first()
        if model is None:
            name = model_id[:200]
            raise ModelNotFound(f"The model `{name}` does not exist or you do not have access to it.", param="model")
        if model.status == Model.Status.RETIRED:
            instead = f" Use `{model.replacement}` instead." if model.replacement else ""
            raise ModelNotFound(f"The model `{model_id}` was retired.{instead}", param="model")
        if model.price is None:
            raise ModelNotFound(f"The model `{model_id}` has no price yet and cannot be called.", param="model")
        return model


class Model(models.Model):
    class Status(models.TextChoices):
        AVAILABLE = "available", "Available"
        DEPRECATED = "deprecated", "Deprecated"
        RETIRED = "retired", "Retired"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    #: The ID of the API, such as "deepseek-ai/DeepSeek-R1-0528".
    model_id = models.CharField("model ID", max_length=model_ids.LONGEST, unique=True, validators=[_is_model_id])
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
    #: Whose own provider serves it: nobody else sees it. Empty: it is everybody's.
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, editable=False, related_name="models")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ModelQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.model_id

    @property
    def price(self) -> Price | None:
        """The price now in force; None means the model cannot be called, never that it is free."""
        return self.price_at(clock.now())

    def retire(self) -> None:
        self.status, self.retired_at = Model.Status.RETIRED, timezone.now()
        self.save(update_fields=["status", "retired_at"])

    def bring_back(self) -> None:
        self.status, self.retired_at = Model.Status.AVAILABLE, None
        self.save(update_fields=["status", "retired_at"])

    def price_at(self, moment: datetime) -> Price | None:
        return self.prices.filter(effective_at__lte=moment).order_by("-effective_at").first()


class ProviderQuerySet(models.QuerySet["Provider"]):
    def operators(self) -> Self:
        """Those that serve everybody; the settings or staff have named them."""
        return self.filter(team=None)

    def seen_by(self, team: Team) -> Self:
        return self.filter(models.Q(team=None) | models.Q(team=team))

    def own(self, team: Team) -> Self:
        """The door to what a team connected itself."""
        return self.filter(team=team, removed_at=None).order_by("name")

    def with_models(self) -> Self:
        """Each with the number of models that it serves, as `served`."""
        return self.annotate(served=models.Count("offerings", filter=models.Q(offerings__withdrawn_at=None)))


class Provider(models.Model):
    class Kind(models.TextChoices):
        WANDB = "wandb", "W&B Inference"
        OPENAI = "openai", "OpenAI-compatible"
        OLLAMA = "ollama", "Ollama"
        SIMULATOR = "simulator", "Simulator"

    class Health(models.TextChoices):
        UNKNOWN = "unknown", "Not checked yet"
        UP = "up", "Reachable"
        DOWN = "down", "Cannot be used"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField()
    name = models.CharField(max_length=100)
    #: Whose own it is; empty: the operator's, for everybody.
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, editable=False, related_name="providers")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.OPENAI)
    base_url = models.CharField("base URL", max_length=500, validators=[base_urls.check])
    #: Made from the settings, by which it is changed and disabled.
    from_settings = models.BooleanField(default=False, editable=False)
    #: Encrypted with a key derived from SECRET_KEY; see inference_catalog/encryption.py.
    encrypted_api_key = models.TextField(blank=True, editable=False)
    #: Headers sent with each call, such as OpenAI-Project.
    headers = models.JSONField(default=dict, blank=True)
    #: In their place those of a team's own provider, as JSON: what stands in them may be secret like a key.
    encrypted_headers = models.TextField(blank=True, editable=False)
    #: Lower is asked first.
    priority = models.PositiveSmallIntegerField(default=100)
    is_enabled = models.BooleanField(default=True)
    health = models.CharField(max_length=10, choices=Health, default=Health.UNKNOWN, editable=False)
    #: A sentence that names the provider, without its full stop.
    health_detail = models.CharField(max_length=300, blank=True, editable=False)
    checked_at = models.DateTimeField(null=True, editable=False)
    #: When its list of models was last read; empty: never.
    listed_at = models.DateTimeField(null=True, editable=False)
    #: When its team removed it: it keeps no secret, and usage still knows its name.
    removed_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ProviderQuerySet.as_manager()

    class Meta:
        ordering = ("priority", "name")
        constraints = (
            models.UniqueConstraint(fields=("slug",), condition=models.Q(team=None), name="one_provider_per_slug"),
            models.UniqueConstraint(
                fields=("team", "slug"),
                condition=models.Q(removed_at=None) & models.Q(team__isnull=False),
                name="one_provider_per_slug_of_a_team",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_simulated(self) -> bool:
        return self.kind == Provider.Kind.SIMULATOR

    @property
    def api_key(self) -> str:
        """Raises encryption.Unreadable when SECRET_KEY is no longer the one it was encrypted with."""
        return encryption.decrypt(self.encrypted_api_key)

    @property
    def sent_headers(self) -> dict[str, str]:
        """Raises encryption.Unreadable too."""
        kept: dict[str, str] = json.loads(encryption.decrypt(self.encrypted_headers) or "{}")
        return {**self.headers, **kept}

    @property
    def has_readable_key(self) -> bool:
        try:
            encryption.decrypt(self.encrypted_api_key)
            encryption.decrypt(self.encrypted_headers)
        except encryption.Unreadable:
            return False
        return True

    def keep_api_key(self, key: str) -> None:
        """Encrypts it; saving is the caller's."""
        self.encrypted_api_key = encryption.encrypt(key)

    def keep_headers(self, headers: dict[str, str]) -> None:
        """Encrypts them; saving is the caller's."""
        self.encrypted_headers = encryption.encrypt(json.dumps(headers)) if headers else ""

    def turn(self, *, on: bool) -> None:
        self.is_enabled = on
        self.save(update_fields=["is_enabled"])


class OfferingQuerySet(models.QuerySet["Offering"]):
    def standing(self) -> Self:
        """What providers list now, or staff or a team said by hand."""
        return self.filter(withdrawn_at=None)

    def enabled(self) -> Self:
        """The standing ones of providers that are not switched off."""
        return self.standing().filter(provider__is_enabled=True)

    def open(self) -> Self:
        """What may be called now, best first: real providers before the simulator, those just found down last."""
        resting = models.Q(provider__health=Provider.Health.DOWN, provider__checked_at__gt=timezone.now() - RESTING)
        return (
            self.enabled()
            .select_related("provider", "model")
            .order_by(
                models.Case(models.When(resting, then=1), default=0),
                models.Case(models.When(provider__kind=Provider.Kind.SIMULATOR, then=1), default=0),
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
    #: Made by hand: it stays when the provider does not list it.
    by_staff = models.BooleanField(default=False, editable=False)
    #: When the provider stopped listing it.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OfferingQuerySet.as_manager()

    class Meta:
        ordering = ("priority",)
        constraints = (models.UniqueConstraint(fields=("model", "provider"), name="one_offering_per_provider"),)

    def __str__(self) -> str:
        return f"{self.model_id} at {self.provider_id}"


class WriteOnceError(TypeError):
    """A price that may have been charged is never changed; a new one is added instead."""


class PriceQuerySet(models.QuerySet["Price"]):
    def update(self, **_changes: Any) -> NoReturn:
        raise WriteOnceError("Prices are written once. Add a new one.")

    def delete(self) -> NoReturn:
        raise WriteOnceError("Prices are written once. Add a new one.")

    def withdraw_scheduled(self) -> None:
        """Takes back those that have not come into force: nobody was charged by them."""
        super().filter(effective_at__gt=clock.now())._raw_delete(using=self.db)


class Price(models.Model):
    """Micro-USD per million tokens from a moment on. Write-once, which the database enforces too."""

    model = models.ForeignKey(Model, models.PROTECT, related_name="prices")
    input = models.PositiveBigIntegerField("input, micro-USD per 1M tokens")
    output = models.PositiveBigIntegerField("output, micro-USD per 1M tokens")
    #: Empty: cached input costs what input costs.
    cached_input = models.PositiveBigIntegerField("cached input, micro-USD per 1M tokens", null=True, blank=True)
    effective_at = models.DateTimeField(default=timezone.now)
    #: Those of staff stand until the catalog file changes its own.
    source = models.CharField(max_length=10, choices=Source, default=Source.STAFF, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PriceQuerySet.as_manager()

    class Meta:
        ordering = ("-effective_at",)
        constraints = (models.UniqueConstraint(fields=("model", "effective_at"), name="one_price_per_moment"),)

    def __str__(self) -> str:
        return f"{self.model} from {self.effective_at:%Y-%m-%d}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise WriteOnceError("Prices are written once. Add a new one.")
        super().save(*args, **options)

    def delete(self, *_args: Any, **_options: Any) -> NoReturn:
        raise WriteOnceError("Prices are written once. Add a new one.")

    @property
    def is_scheduled(self) -> bool:
        return self.effective_at > timezone.now()


class Speed(models.Model):
    """How many completions of a model fell into one bucket of a measure in one hour; see inference_catalog/speed.py."""

    class Measure(models.TextChoices):
        TTFT = "ttft", "Time to first token, ms"
        RATE = "rate", "Tokens per second"

    #: The ID of the API, so that reporting asks for no model.
    model = models.CharField(max_length=200)
    hour = models.DateTimeField()
    measure = models.CharField(max_length=4, choices=Measure)
    bucket = models.SmallIntegerField()
    #: The process that counts: no two ever wait for one another.
    process = models.UUIDField()
    samples = models.PositiveIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("model", "hour", "measure", "bucket", "process"), name="one_speed_per_bucket"
            ),
        )
        indexes = (models.Index(fields=("hour",), name="speed_by_hour"),)

    def __str__(self) -> str:
        return f"{self.model} {self.measure} {self.hour:%Y-%m-%d %H}"
