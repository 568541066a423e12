from django.urls import path

from billing.views import own_usage, usage

urlpatterns = [
    path("billing/usage", usage.usage, name="usage"),
    path("billing/usage.csv", usage.usage_csv, name="usage-csv"),
    path("billing/usage/requests", usage.usage_requests, name="usage-requests"),
    path("billing/usage/requests.csv", usage.usage_records, name="usage-records"),
    path("settings/usage", own_usage.own_usage, name="own-usage"),
    path("settings/usage.csv", own_usage.own_usage_csv, name="own-usage-csv"),
    path("settings/usage/requests", own_usage.own_usage_requests, name="own-usage-requests"),
    path("settings/usage/requests.csv", own_usage.own_usage_records, name="own-usage-records"),
]
