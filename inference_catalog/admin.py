"""The catalog in the site administration. Nothing is deleted: usage and comparisons refer to it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet, URLField
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from inference_catalog.catalog_file import read_catalog
from inference_catalog.forms import PriceForm, ProviderForm
from inference_catalog.models import Model, Offering, OfferingQuerySet, Price, Provider, Source
from inference_catalog.syncing import relist

#: What the settings decide of a provider they name; staff decide its name, its place and whether it is on.
FROM_SETTINGS = ("slug", "kind", "base_url", "headers")


class KeepingAdmin(admin.ModelAdmin):
    """Teams' own providers are theirs: staff neither see nor change them."""

    #: The way from a row to whose it is.
    team = "team"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(**{self.team: None})

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Provider)
class ProviderAdmin(KeepingAdmin):
    form = ProviderForm
    list_display = ("name", "kind", "base_url", "priority", "is_enabled", "health", "health_detail", "checked_at")
    list_filter = ("kind", "is_enabled", "health")
    actions = ("ask",)
    prepopulated_fields = {"slug": ("name",)}

    def get_fields(self, request: HttpRequest, obj: Provider | None = None) -> Any:
        fields = list(ProviderForm.Meta.fields)
        if obj is None or not obj.from_settings:
            fields += ["api_key", "remove_api_key"]
        return [*fields, *self.get_readonly_state(obj)]

    def get_readonly_state(self, obj: Provider | None) -> list[str]:
        return ["has_key", "health", "health_detail", "checked_at", "listed_at", "from_settings"] if obj else []

    def get_readonly_fields(self, request: HttpRequest, obj: Provider | None = None) -> Any:
        return [*(FROM_SETTINGS if obj and obj.from_settings else ()), *self.get_readonly_state(obj)]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Provider | None = None) -> Any:
        return {} if obj else self.prepopulated_fields

    @admin.display(boolean=True, description="API key is set")
    def has_key(self, provider: Provider) -> bool:
        return bool(provider.encrypted_api_key)

    @admin.action(description="Ask what they list")
    def ask(self, request: HttpRequest, providers: QuerySet[Provider]) -> None:
        for answer in relist(providers.filter(is_enabled=True), read_catalog()):
            level = messages.SUCCESS if answer.listing.is_up else messages.WARNING
            self.message_user(request, answer.sentence(), level)


class PriceInline(admin.TabularInline):
    model = Price
    form = PriceForm
    extra = 0
    can_delete = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OfferingInline(admin.TabularInline):
    model = Offering
    extra = 0
    fields = ("provider", "upstream_id", "priority", "withdrawn_at", "by_staff")
    readonly_fields = fields
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Model)
class ModelAdmin(KeepingAdmin):
    list_display = ("model_id", "name", "maker", "status", "source", "context_window")
    list_filter = ("status", "source", "maker")
    search_fields = ("model_id", "name")
    autocomplete_fields = ("replacement",)
    inlines = (PriceInline, OfferingInline)
    exclude = ("retired_at",)
    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """What the catalog file says is changed there."""
        if obj is None:
            return ("source",)
        if obj.source != Source.CATALOG:
            return ("model_id", "source")
        return [field.name for field in Model._meta.fields if field.editable and field.name != "retired_at"]

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm[Model], change: bool) -> None:
        if not change:
            obj.source = Source.STAFF
        if "status" in form.changed_data:
            obj.retired_at = timezone.now() if obj.status == Model.Status.RETIRED else None
        super().save_model(request, obj, form, change)


@admin.register(Offering)
class OfferingAdmin(KeepingAdmin):
    team = "provider__team"
    list_display = ("model", "provider", "upstream_id", "priority", "withdrawn_at", "by_staff")
    list_filter = (("provider", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("model__model_id", "upstream_id")
    autocomplete_fields = ("model",)
    readonly_fields = ("by_staff",)
    actions = ("withdraw", "bring_back")

    def get_readonly_fields(self, request: HttpRequest, obj: Offering | None = None) -> Any:
        return (*self.readonly_fields, *(("model", "provider") if obj else ()))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "provider":
            options["queryset"] = Provider.objects.operators()
        return super().formfield_for_foreignkey(db_field, request, **options)

    def save_model(self, request: HttpRequest, obj: Offering, form: ModelForm[Offering], change: bool) -> None:
        """What staff made or changed is not changed by what the provider lists."""
        obj.by_staff = True
        super().save_model(request, obj, form, change)

    @admin.action(description="Withdraw")
    def withdraw(self, request: HttpRequest, offerings: OfferingQuerySet) -> None:
        offerings.standing().update(withdrawn_at=timezone.now(), by_staff=True)

    @admin.action(description="Bring back")
    def bring_back(self, request: HttpRequest, offerings: QuerySet[Offering]) -> None:
        offerings.update(withdrawn_at=None, by_staff=True)


@admin.register(Price)
class PriceAdmin(KeepingAdmin):
    team = "model__team"
    form = PriceForm
    list_display = ("model", "input", "output", "cached_input", "effective_at", "source")
    list_filter = ("source",)
    search_fields = ("model__model_id",)
    autocomplete_fields = ("model",)

    def has_change_permission(self, request: HttpRequest, obj: Price | None = None) -> bool:
        return False
