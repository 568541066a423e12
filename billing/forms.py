"""What staff type into the site administration about plans, prices, accounts and credits: always dollars."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from billing.dollars import DollarsField
from billing.models.accounts import Account, Grant
from billing.models.plans import ListPrice, Plan
from billing.standing import MOST
from common import clock
from common.ids import uuid7
from common.money import usd
from inference_catalog.forms import UsdField
from inference_catalog.models import Model

#: A form that was open for so long still means "from now on".
OPEN_FOR = timedelta(hours=1)


class PlanForm(forms.ModelForm):
    included_credits = DollarsField(label="Included credits, USD")
    spending_cap = DollarsField(
        label="Spending cap, USD",
        required=False,
        help_text="Beyond promotional credits, in a period of the cap. Empty: as much as one likes.",
    )

    class Meta:
        model = Plan
        fields = (
            "name",
            "slug",
            "rank",
            "included_credits",
            "included_every",
            "bills_overage",
            "spending_cap",
            "cap_period",
            "price_list",
            "is_self_service",
            "concurrency_per_user",
            "concurrency_per_project",
        )


class AccountForm(forms.ModelForm):
    spending_cap = DollarsField(
        label="Its own spending cap, USD", required=False, help_text="As agreed by contract. Empty: the plan's."
    )

    class Meta:
        model = Account
        fields = ("plan", "spending_cap")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # A page that stood open changes what was changed in it, and nothing that others changed meanwhile.
        for field in self.fields.values():
            field.show_hidden_initial = True


class ListPriceForm(forms.ModelForm):
    input = UsdField(label="Input, USD per 1M tokens")
    output = UsdField(label="Output, USD per 1M tokens")
    cached_input = UsdField(
        label="Cached input, USD per 1M tokens", required=False, help_text="Empty: it costs what input costs."
    )

    class Meta:
        model = ListPrice
        fields = ("model", "input", "output", "cached_input", "effective_at")

    def clean_model(self) -> str:
        return _known(self.cleaned_data["model"].strip())

    def clean_effective_at(self) -> Any:
        at, now = self.cleaned_data["effective_at"], clock.now()
        if at < now - OPEN_FOR:
            raise ValidationError("A new price cannot change what the past has cost.")
        return max(at, now)


class GrantForm(forms.ModelForm):
    """Credits that are given; `grants.grant` books them."""

    amount = DollarsField(label="Amount, USD", least=1)
    #: A form that is sent twice gives once.
    grant_id = forms.UUIDField(initial=uuid7, widget=forms.HiddenInput)

    class Meta:
        model = Grant
        fields = ("account", "amount", "category", "model", "priority", "note", "effective_at", "expires_at")

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        begins, ends = said.get("effective_at"), said.get("expires_at")
        if ends and begins and ends <= begins:
            self.add_error("expires_at", "These credits would be over before they begin.")
        elif ends and ends <= clock.now():
            self.add_error("expires_at", "These credits would be over already.")
        if said.get("model") and said.get("category") == Grant.Category.PAID:
            self.add_error("model", "Credits for one model are promotional: paid ones pay for every model.")
        account, amount = said.get("account"), said.get("amount")
        if account and amount and account.settled + amount > MOST:
            self.add_error("amount", f"The balance would be more than {usd(MOST)}.")
        return said

    def clean_model(self) -> str:
        model: str = self.cleaned_data["model"].strip()
        return _known(model) if model else ""

    def _post_clean(self) -> None:
        """The row is made by the books, not from this form: its own checks are above."""


def _known(model: str) -> str:
    if not Model.objects.filter(model_id=model).exists():
        raise ValidationError(f"There is no model “{model}” in the catalog.")
    return model
