"""The providers that the settings name: made, changed and disabled as the settings say, never deleted."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError

from inference_catalog import base_urls
from inference_catalog.models import Provider

WANDB_BASE_URL = "https://api.inference.wandb.ai/v1"


class SettingsError(Exception):
    """A variable that names a provider cannot be meant; the message names it."""


@dataclass(frozen=True, slots=True)
class Named:
    """A provider as the settings name it. Those asked first have the lowest priority."""

    slug: str
    variable: str
    name: str
    kind: Provider.Kind
    base_url: str
    priority: int
    api_key: str = field(default="", repr=False)
    headers: dict[str, str] = field(default_factory=dict)


def named() -> list[Named]:
    """Raises SettingsError."""
    every = (
        Named(
            slug="wandb", variable="WANDB_API_KEY", name="W&B Inference", kind=Provider.Kind.WANDB, priority=10,
            base_url=WANDB_BASE_URL if settings.WANDB_API_KEY else "", api_key=settings.WANDB_API_KEY,
            headers={"OpenAI-Project": settings.WANDB_PROJECT} if settings.WANDB_PROJECT else {},
        ),
        Named(
            slug="upstream", variable="UPSTREAM_BASE_URL", name="Upstream", kind=Provider.Kind.OPENAI, priority=20,
            base_url=settings.UPSTREAM_BASE_URL, api_key=settings.UPSTREAM_API_KEY,
        ),
        Named(
            slug="ollama", variable="OLLAMA_BASE_URL", name="Ollama", kind=Provider.Kind.OLLAMA, priority=30,
            base_url=settings.OLLAMA_BASE_URL,
        ),
        Named(
            slug="simulator", variable="SIMULATOR_BASE_URL", name="Simulator", kind=Provider.Kind.SIMULATOR,
            priority=90, base_url=settings.SIMULATOR_BASE_URL,
        ),
    )  # fmt: skip
    return [_checked(entry) for entry in every if entry.base_url]


def _checked(entry: Named) -> Named:
    try:
        base_urls.check(entry.base_url)
    except ValidationError as error:
        raise SettingsError(f"{entry.variable}: {' '.join(error.messages)}") from error
    return entry


def keep(entry: Named) -> Provider:
    """The provider's row, as the settings have it now. What staff chose, its place and whether it is on, stays."""
    provider = Provider.objects.operators().filter(slug=entry.slug).first()
    if provider is None:
        provider = Provider(slug=entry.slug, name=entry.name, priority=entry.priority)
    if not provider.from_settings:
        provider.from_settings = provider.is_enabled = True
    base_url = entry.base_url.rstrip("/")
    if provider.base_url != base_url:
        # Another server: what was known of the old one says nothing about it.
        provider.base_url, provider.listed_at, provider.health = base_url, None, Provider.Health.UNKNOWN
        provider.health_detail, provider.checked_at = "", None
    provider.kind, provider.headers = entry.kind, entry.headers
    provider.keep_api_key(entry.api_key)
    provider.save()
    return provider


def disable_unnamed(entries: list[Named]) -> list[Provider]:
    """Those that the settings name no more; were they named again, they would be enabled again."""
    gone = list(Provider.objects.filter(from_settings=True).exclude(slug__in=[entry.slug for entry in entries]))
    for provider in gone:
        provider.from_settings = provider.is_enabled = False
        provider.save(update_fields=["from_settings", "is_enabled"])
    return gone
