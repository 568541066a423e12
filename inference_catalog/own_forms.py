"""What a team's admins type about a provider of their own and its models."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from common.money import MICRO
from common.texts import no_nul
from inference_catalog import base_urls, model_ids, own_headers
from inference_catalog.features import FEATURES
from inference_catalog.forms import UsdField
from inference_catalog.models import Model, Offering, Provider
from inference_catalog.own_providers import Amounts, Described, Taken, add_model, fault_of

KEY = re.compile(r"[\x21-\x7e]*")
MOST_TOKENS = 100_000_000
#: Each listed model is asked about: a page of more is read by nobody. Those that are ticked travel in an address, which
#: holds no more, and the page after the first ones asks about the next.
MOST_AT_ONCE, MOST_TICKED = 20, 100


class OwnProviderForm(forms.ModelForm):
    """A refused form gives back all that was just typed, secrets too, to the one who typed it: typing a key or a dozen
    headers again for a slip elsewhere helps nobody. Its views let nobody keep that answer (`no-store`). What is kept
    already is never in the form.
    """

    class Meta:
        model = Provider
        fields = ("name", "slug", "base_url")
        labels = {"slug": "Short name"}
        error_messages: ClassVar = {"name": no_nul("A name")}

    base_url = forms.CharField(
        label="Base URL",
        max_length=500,
        widget=forms.URLInput({"placeholder": "https://models.example.com/v1", "spellcheck": "false"}),
        help_text="Of a server that speaks OpenAI's protocol; it usually ends in /v1.",
    )
    api_key = forms.CharField(
        label="API key",
        required=False,
        max_length=1000,
        widget=forms.PasswordInput(render_value=True, attrs={"autocomplete": "new-password"}),
    )
    headers_text = forms.CharField(
        label="Extra headers",
        required=False,
        max_length=own_headers.LONGEST,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
    )
    remove_api_key = forms.BooleanField(label="Forget the kept API key", required=False)
    remove_headers = forms.BooleanField(label="Forget the kept headers", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provider = self.instance
        kept = "Kept encrypted, and never shown again."
        self.fields["api_key"].help_text = kept
        self.fields["headers_text"].help_text = f"One a line, as Name: value. {kept}"
        self.fields["slug"].help_text = f"It stands in the IDs of its models, {provider.team}/<short name>/<ID there>."
        if not provider._state.adding:
            del self.fields["slug"]
        self._offer_to_forget("api_key", "A key is", bool(provider.encrypted_api_key))
        self._offer_to_forget("headers", "Headers are", bool(provider.encrypted_headers))

    def _offer_to_forget(self, name: str, what: str, is_kept: bool) -> None:
        if not is_kept:
            del self.fields[f"remove_{name}"]
            return
        field = self.fields[name if name in self.fields else f"{name}_text"]
        field.help_text = f"{what} kept, and not shown again: left empty, nothing changes."

    def clean_base_url(self) -> str:
        url: str = self.cleaned_data["base_url"].rstrip("/")
        base_urls.check_own(url)
        return url

    def clean_api_key(self) -> str:
        key: str = self.cleaned_data["api_key"]
        if not KEY.fullmatch(key):
            raise ValidationError("A key is one word of plain ASCII characters.")
        return key

    def clean_headers_text(self) -> dict[str, str]:
        return own_headers.parsed(self.cleaned_data["headers_text"])

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].lower()
        team = self.instance.team
        if Provider.objects.own(team).filter(slug=slug).exists():
            raise ValidationError("A provider of this short name exists already.")
        if team.projects.filter(slug=slug).exists():
            raise ValidationError("A project of this team has this name: IDs of models could mean either.")
        return slug

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        provider = self.instance
        if "base_url" in data and _origin(data["base_url"]) != _origin(self.initial.get("base_url") or ""):
            # Whoever may not see a secret must not have it sent to a server of their own either.
            again = "Another server is given what was kept only if you type it again."
            if provider.encrypted_api_key and not (data.get("api_key") or data.get("remove_api_key")):
                self.add_error("api_key", again)
            if provider.encrypted_headers and not (data.get("headers_text") or data.get("remove_headers")):
                self.add_error("headers_text", again)
        return data

    @property
    def fault_of_connection(self) -> str:
        """Why its provider is not to be called as it says, as a sentence; empty if it may be. A name is none."""
        faults = ((name, self.errors[name]) for name in ("base_url", "api_key", "headers_text") if name in self.errors)
        return next((f"{self.fields[name].label}: {errors[0]}" for name, errors in faults), "")

    @property
    def changes_connection(self) -> bool:
        secrets = ("api_key", "headers_text", "remove_api_key", "remove_headers")
        is_elsewhere = self.cleaned_data["base_url"] != self.initial["base_url"]
        return is_elsewhere or any(self.cleaned_data.get(name) for name in secrets)

    def as_typed(self) -> Provider:
        """The provider as it says, not saved; kept secrets are its own where no others are typed."""
        provider: Provider = self.instance
        if self.cleaned_data["api_key"] or self.cleaned_data.get("remove_api_key"):
            provider.keep_api_key(self.cleaned_data["api_key"])
        if self.cleaned_data["headers_text"] or self.cleaned_data.get("remove_headers"):
            provider.keep_headers(self.cleaned_data["headers_text"])
        return provider

    def save(self, commit: bool = True) -> Provider:
        provider = self.as_typed()
        # What was known of how it was says nothing about how it is now.
        provider.health, provider.health_detail, provider.checked_at = Provider.Health.UNKNOWN, "", None
        super().save(commit)
        return provider


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


class OwnModelForm(forms.Form):
    upstream_id = forms.CharField(
        label="ID at the provider",
        max_length=model_ids.LONGEST,
        widget=forms.TextInput({"spellcheck": "false", "autocomplete": "off", "list": "listed-models"}),
    )
    name = forms.CharField(max_length=100, required=False, help_text="As people read it. Empty: the end of its ID.")
    context_window = forms.IntegerField(label="Context window, tokens", min_value=1, max_value=MOST_TOKENS)
    max_output = forms.IntegerField(label="Longest answer, tokens", min_value=1, max_value=MOST_TOKENS, required=False)
    input = UsdField(label="Input, USD per 1M tokens", initial=0)
    output = UsdField(label="Output, USD per 1M tokens", initial=0)
    cached_input = UsdField(
        label="Cached input, USD per 1M tokens", required=False, help_text="Empty: it costs what input costs."
    )
    features = forms.MultipleChoiceField(
        label="Abilities", choices=list(FEATURES.items()), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, provider: Provider, offering: Offering | None = None, **kwargs: Any) -> None:
        # The provider's form stands on the same page.
        kwargs["auto_id"] = "model_%s"
        super().__init__(*args, **kwargs)
        self.provider, self.offering = provider, offering
        if offering:
            del self.fields["upstream_id"]

    def clean_upstream_id(self) -> str:
        upstream_id: str = self.cleaned_data["upstream_id"]
        if fault := fault_of(self.provider, upstream_id):
            raise ValidationError(fault)
        return upstream_id

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if (data.get("max_output") or 0) > (data.get("context_window") or MOST_TOKENS):
            self.add_error("max_output", "An answer is not longer than the context window.")
        return data

    def focus_first_mistake(self) -> None:
        """What is wrong with no field of its own leads to the first."""
        name = next((name for name in self.fields if name in self.errors), next(iter(self.fields)))
        self.fields[name].widget.attrs["autofocus"] = True

    @property
    def id_there(self) -> str:
        return self.offering.upstream_id if self.offering else self.cleaned_data["upstream_id"]

    @property
    def described(self) -> Described:
        data = self.cleaned_data
        name = data.get("name") or self.id_there.rpartition("/")[2][:100]
        return Described(name, data["context_window"], data.get("max_output"), data["features"])

    @property
    def amounts(self) -> Amounts:
        data = self.cleaned_data
        return Amounts(data["input"], data["output"], data.get("cached_input"))

    def add(self) -> Model | None:
        """None where its name is taken, which is said beside its ID."""
        try:
            return add_model(
                provider=self.provider,
                upstream_id=self.id_there,
                described=self.described,
                amounts=self.amounts,
            )
        except Taken as taken:
            self.add_error("upstream_id" if "upstream_id" in self.fields else None, str(taken))
            return None


class ListedModelForm(OwnModelForm):
    """What nobody but people know of a model that a provider lists by its ID. Its tick is how it is left out again."""

    LATER = ("upstream_id", "name", "max_output", "cached_input")
    field_order = ("wanted",)

    wanted = forms.BooleanField(label="Add this model", required=False, initial=True)

    def __init__(self, *args: Any, listed_id: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listed_id = listed_id
        for name in self.LATER:
            del self.fields[name]
        for name in ("input", "output"):
            self.fields[name].initial = None

    @property
    def is_wanted(self) -> bool:
        """Asked before anything else is looked at: what else one that is left out says is no mistake."""
        return bool(self["wanted"].value())

    @property
    def id_there(self) -> str:
        return self.listed_id

    def clean(self) -> dict[str, Any]:
        if fault := fault_of(self.provider, self.listed_id):
            self.add_error(None, fault)
        return super().clean()


@transaction.atomic
def add_all(forms: Sequence[OwnModelForm]) -> bool:
    """All of them or none; each that is refused says why."""
    refused = [form for form in forms if not (form.is_valid() and form.add())]
    transaction.set_rollback(bool(refused))
    return not refused


def initial_of(model: Model) -> dict[str, Any]:
    """What the form begins with for a model that is there."""
    price, described = model.price, ("name", "context_window", "max_output", "features")
    found = {name: getattr(model, name) for name in described}
    for name in ("input", "output", "cached_input"):
        micro = getattr(price, name, None)
        found[name] = None if micro is None else f"{Decimal(micro) / MICRO:f}"
    return found
