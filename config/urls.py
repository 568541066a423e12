"""Addresses. `/<team>/<project>/…` comes last: team names that would hide one of ours are refused."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("staff/", admin.site.urls),
    path("", include("gateway.urls")),
    path("", include("billing.urls")),
    path("", include("inference_catalog.urls")),
    path("", include("playground.urls")),
    path("", include("accounts.urls")),
    path("", include("tracing.urls")),
]
