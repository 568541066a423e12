"""What staff type into the site administration."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from common import clock
from common.money import micro_price
from inference_catalog.models import Model, Price, Provider

AMOUNTS = ("input", "output", "cached_input")


class ProviderForm(forms.ModelForm):
    api_key = forms.CharField(
        label="API key",
        required=False,
        strip=True,
        max_length=1000,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
        help_text="Kept encrypted and never shown again. Empty: the key stays as it is.",
    )
    remove_api_key = forms.BooleanField(label="Forget the API key", required=False)

    class Meta:
        model = Provider
        fields = ("name", "slug", "kind", "base_url", "headers", "priority", "is_enabled")

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if Provider.objects.operators().filter(slug=slug).exclude(pk=self.instance.pk).exists():
            raise ValidationError("A provider of this slug exists already.")
        return slug

    def clean_headers(self) -> dict[str, str]:
        headers = self.cleaned_data["headers"] or {}
        if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
            raise ValidationError('Headers are a JSON object of texts, such as {"OpenAI-Project": "team/project"}.')
        if any(name.lower() == "authorization" for name in headers):
            raise ValidationError("The Authorization header is made from the API key: it would be readable here.")
        return headers

    def save(self, commit: bool = True) -> Provider:
        provider: Provider = self.instance
        # Of a provider that the settings name, they give the key too.
        if not provider.from_settings:
            self._keep_key(provider)
        super().save(commit)
        return provider

    def _keep_key(self, provider: Provider) -> None:
        if self.cleaned_data.get("remove_api_key"):
            provider.keep_api_key("")
        elif self.cleaned_data.get("api_key"):
            provider.keep_api_key(self.cleaned_data["api_key"])


class UsdField(forms.DecimalField):
    """Dollars per million tokens for people, micro-USD for the row."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=Decimal(0), max_digits=15, decimal_places=6, **options)

    def clean(self, value: Any) -> Any:
        dollars = super().clean(value)
        return None if dollars is None else micro_price(dollars)


class PriceForm(forms.ModelForm):
    input = UsdField(label="Input, USD per 1M tokens")
    output = UsdField(label="Output, USD per 1M tokens")
    cached_input = UsdField(
        label="Cached input, USD per 1M tokens", required=False, help_text="Empty: it costs what input costs."
    )

    class Meta:
        model = Price
        fields = ("model", *AMOUNTS, "effective_at")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        model, moment = data.get("model") or getattr(self.instance, "model", None), data.get("effective_at")
        now = clock.now()
        if isinstance(model, Model) and moment and moment < now and model.price:
            # Left at the moment the form was opened, it is meant as "from now on".
            if (now - moment).total_seconds() > 3600:
                raise ValidationError({"effective_at": "A new price cannot change what the past has cost."})
            data["effective_at"] = now
        return data
