"""Plans, own prices, accounts and credits in the site administration. What is changed there is written down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from billing import audit, banner, grants, terms
from billing.accounts import locked
from billing.forms import AccountForm, GrantForm, ListPriceForm, PlanForm
from billing.models import Account, Grant, ListPrice, Plan, PriceList
from billing.plan_changes import change_plan
from billing.plans import end_of
from common import clock, money

#: Where the books count by them, a plan that organizations are on keeps its periods.
PERIODS = ("slug", "included_every", "cap_period")


def _forget() -> None:
    terms.forget()
    banner.forget()


class MoneyAdmin(admin.ModelAdmin):
    """Nothing is deleted: the books refer to it."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _note_all(accounts: Iterable[Account], request: Any, action: str, sentence: str) -> None:
    for account in accounts:
        audit.note(account.pk, request.user, action, sentence)


@admin.register(Plan)
class PlanAdmin(MoneyAdmin):
    form = PlanForm
    list_display = (
        *("name", "credits", "included_every", "bills_overage", "cap", "cap_period", "price_list"),
        *("concurrency_per_user", "concurrency_per_project"),
    )
    prepopulated_fields = {"slug": ("name",)}

    @admin.display(description="included credits")
    def credits(self, plan: Plan) -> str:
        return money.usd(plan.included_credits)

    @admin.display(description="spending cap")
    def cap(self, plan: Plan) -> str:
        return "–" if plan.spending_cap is None else money.usd(plan.spending_cap)

    def get_readonly_fields(self, request: HttpRequest, obj: Plan | None = None) -> Any:
        return PERIODS if obj and obj.accounts.exists() else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Plan | None = None) -> Any:
        return {} if obj else self.prepopulated_fields

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Plan, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        transaction.on_commit(_forget)
        if change and form.changed_data:
            changed = ", ".join(form.fields[name].label or name for name in form.changed_data)
            _note_all(obj.accounts.all(), request, "plan.edited", f"The plan {obj} was changed: {changed}")
            # Locked in the order in which the books lock them.
            list(obj.accounts.select_for_update().order_by("pk").values_list("pk"))
            # Credits that are included from now on come with the next period; what is due already stays due.
            renews = end_of(obj.included_every, clock.now()) if obj.included_credits else None
            obj.accounts.exclude(renews_at__lte=clock.now()).update(renews_at=renews)
            Account.objects.filter(plan=obj).look_again()


class ListPriceInline(admin.TabularInline):
    model = ListPrice
    form = ListPriceForm
    extra = 0
    can_delete = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(PriceList)
class PriceListAdmin(MoneyAdmin):
    inlines = (ListPriceInline,)

    @transaction.atomic
    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        transaction.on_commit(_forget)
        accounts = Account.objects.filter(plan__price_list=form.instance)
        for price in formset.new_objects:
            amounts = f"{money.price_per_million(price.input)} in, {money.price_per_million(price.output)} out"
            sentence = f"Price of {price.model} from {price.effective_at:%Y-%m-%d %H:%M} UTC: {amounts}"
            _note_all(accounts, request, "price.added", sentence)


@admin.register(Account)
class AccountAdmin(MoneyAdmin):
    form = AccountForm
    list_display = ("organization", "plan", "balance", "running", "cap")
    list_select_related = ("organization", "plan")
    list_filter = ("plan",)
    search_fields = ("organization__name",)
    readonly_fields = ("organization", "balance", "running", "renews_at")
    fields = ("organization", "plan", "spending_cap", "balance", "running", "renews_at")

    @admin.display(description="settled balance")
    def balance(self, account: Account) -> str:
        return money.usd(account.settled)

    @admin.display(description="held by running requests")
    def running(self, account: Account) -> str:
        return money.usd_exactly_enough(account.held)

    @admin.display(description="spending cap")
    def cap(self, account: Account) -> str:
        return "–" if account.cap is None else money.usd(account.cap)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Accounts are opened by their first use."""
        return False

    @transaction.atomic
    def save_model(self, request: Any, obj: Account, form: Any, change: bool) -> None:
        """Balances are the books' alone: of this row, nothing is written but what was asked for."""
        if "spending_cap" in form.changed_data:
            account_row = Account.objects.filter(pk=obj.pk)
            account_row.update(spending_cap=obj.spending_cap)
            account_row.look_again()
            said = "the plan's" if obj.spending_cap is None else money.usd(obj.spending_cap)
            audit.note(obj.pk, request.user, "cap.set", f"Spending cap: {said}")
        if "plan" in form.changed_data:
            change_plan(obj.pk, obj.plan, actor=request.user)
        transaction.on_commit(_forget)


@admin.register(Grant)
class GrantAdmin(MoneyAdmin):
    form = GrantForm
    list_display = ("account", "amount_usd", "left_usd", "category", "model", "effective_at", "expires_at", "note")
    list_select_related = ("account__organization",)
    list_filter = ("category",)
    search_fields = ("account__organization__name", "note")
    autocomplete_fields = ("account",)
    actions = ("void",)

    @admin.display(description="amount")
    def amount_usd(self, grant: Grant) -> str:
        return money.usd_exactly_enough(grant.amount)

    @admin.display(description="left")
    def left_usd(self, grant: Grant) -> str:
        return money.usd_exactly_enough(grant.remaining)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They are given, and taken back whole; what was given is never another amount."""
        return False

    @transaction.atomic
    def save_model(self, request: Any, obj: Grant, form: Any, change: bool) -> None:
        said = {name: form.cleaned_data[name] for name in ("category", "model", "priority", "note", "effective_at")}
        obj.pk, obj.account = form.cleaned_data["grant_id"], form.cleaned_data["account"]
        obj.amount, obj.expires_at = form.cleaned_data["amount"], form.cleaned_data["expires_at"]
        locked(obj.account_id)
        if not Grant.objects.filter(pk=obj.pk).exists():
            organization = obj.account.organization
            grants.grant(organization, obj.amount, id=obj.pk, expires=obj.expires_at, actor=request.user, **said)
            transaction.on_commit(_forget)

    @admin.action(description="Take back what is left", permissions=["add"])
    def void(self, request: Any, chosen: QuerySet[Grant]) -> None:
        for grant in chosen:
            note = f"Taken back by {request.user.get_username()}"
            amount = grants.void(grant, note=note, actor=request.user)
            said = money.usd_exactly_enough(amount)
            self.message_user(request, f"{said} was taken back from {grant.account}.", messages.SUCCESS)
        _forget()
