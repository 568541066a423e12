"""Plans in the site administration: staff set how many requests may run at once; money is not theirs to change here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest

from billing import limits
from billing.models import Plan


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin):
    list_display = ("name", "slug", "concurrency_per_user", "concurrency_per_project")
    fields = ("name", "concurrency_per_user", "concurrency_per_project")
    readonly_fields = ("name",)

    def save_model(self, request: HttpRequest, obj: Plan, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        transaction.on_commit(limits.forget)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
