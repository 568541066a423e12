"""All of `sync_catalog`: the file, the settings' providers, what each provider lists, in this order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from inference_catalog import health, providers, speed
from inference_catalog.catalog_file import Catalog
from inference_catalog.connections import UNREADABLE_KEY
from inference_catalog.listing import Address, Listing, listing, listings
from inference_catalog.loading import Loaded, load
from inference_catalog.models import Offering, Provider
from inference_catalog.offerings import follow, retire_unserved

UNREADABLE = Listing(is_up=False, detail=UNREADABLE_KEY)


@dataclass(frozen=True, slots=True)
class Answered:
    provider: Provider
    listing: Listing

    @property
    def detail(self) -> str:
        """A sentence about the provider, without its full stop; empty when there is nothing to say."""
        return f"{self.provider.name} {self.listing.detail}" if self.listing.detail else ""

    def sentence(self) -> str:
        offered = Offering.objects.standing().filter(provider=self.provider).count()
        found = f"{offered} model{'' if offered == 1 else 's'} offered"
        return f"{self.detail}; {found}" if self.detail else f"{self.provider.name}: {found}"


@dataclass(frozen=True, slots=True)
class Synced:
    loaded: Loaded
    answered: list[Answered]
    disabled: list[Provider]
    retired: list[str]


def sync(catalog: Catalog) -> Synced:
    """Raises providers.SettingsError before anything is changed; what a provider does is no error."""
    entries = providers.named()
    loaded = load(catalog)
    disabled = providers.disable_unnamed(entries)
    for entry in entries:
        if entry.kind != Provider.Kind.OLLAMA or _is_there(entry):
            providers.keep(entry)
    answered = relist(Provider.objects.operators().filter(is_enabled=True), catalog)
    speed.prune()
    return Synced(loaded, answered, disabled, retire_unserved())


def _is_there(entry: providers.Named) -> bool:
    """Ollama is looked for without being asked to: it becomes a provider when it answers, and then stays one."""
    return Provider.objects.operators().filter(slug=entry.slug).exists() or listing(Address(entry.base_url)).is_up


def check() -> list[Answered]:
    """Asks all of the operator's providers at once, and keeps what they are found to be."""
    return ask(Provider.objects.operators().filter(is_enabled=True))


def relist(providers: Iterable[Provider], catalog: Catalog) -> list[Answered]:
    """Asks some providers what they list, and follows it."""
    answered = ask(providers)
    for answer in answered:
        follow(answer.provider, answer.listing, catalog)
    return answered


def ask(providers: Iterable[Provider]) -> list[Answered]:
    enabled = list(providers)
    asked = [provider for provider in enabled if provider.has_readable_key]
    found = listings([Address(provider.base_url, provider.api_key, provider.headers) for provider in asked])
    answered = [Answered(provider, listing) for provider, listing in zip(asked, found, strict=True)]
    answered += [Answered(provider, UNREADABLE) for provider in enabled if not provider.has_readable_key]
    for answer in answered:
        health.report(answer.provider.pk, ok=answer.listing.is_up, detail=answer.detail)
    return answered
