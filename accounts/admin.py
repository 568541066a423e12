"""The site administration for staff; secrets exist nowhere, so none can be shown."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import authentication
from accounts.models import ApiKey, Invitation, Membership, Organization, Project, Team, User

# Staff sign in where everybody does: there, attempts are counted and limited.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # the way that allauth documents
admin.site.site_header = admin.site.site_title = "Lineup administration"


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    raw_id_fields = ("user",)


class SpokenForAdmin(admin.ModelAdmin):
    """What keys speak by: with what is saved here, the next request of each is looked up anew."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        transaction.on_commit(authentication.forget_all)


@admin.register(User)
class PersonAdmin(SpokenForAdmin, UserAdmin):
    list_display = ("username", "email", "first_name", "last_name", "is_staff", "concurrency")
    fieldsets = (*(UserAdmin.fieldsets or ()), ("Limits", {"fields": ("concurrency",)}))


@admin.register(Organization)
class OrganizationAdmin(SpokenForAdmin):
    list_display = ("name", "created_at")
    search_fields = ("name",)
    inlines = (MembershipInline,)


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    list_display = ("slug", "organization", "created_at")
    list_select_related = ("organization",)
    search_fields = ("slug", "organization__name")


@admin.register(Project)
class ProjectAdmin(SpokenForAdmin):
    list_display = ("path", "concurrency", "created_at")
    list_select_related = ("team",)
    search_fields = ("slug", "team__slug")


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):
    """Keys are made by the person they speak for; staff can look at them and revoke them."""

    list_display = ("prefix", "label", "user", "status", "created_at", "last_used_at", "expires_at")
    list_select_related = ("user",)
    search_fields = ("prefix", "label", "user__username")
    fields = readonly_fields = (*list_display, "project", "revoked_at")
    actions = ("revoke",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.action(description="Revoke the chosen keys")
    def revoke(self, _request: HttpRequest, chosen: QuerySet[ApiKey]) -> None:
        for key in chosen:
            authentication.revoke(key)


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):
    list_display = ("organization", "role", "email", "invited_by", "status", "expires_at")
    list_select_related = ("organization", "invited_by")
    fields = readonly_fields = (*list_display, "created_at", "accepted_by", "accepted_at", "withdrawn_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
