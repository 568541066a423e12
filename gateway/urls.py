from django.urls import path

from gateway import views

urlpatterns = [
    path("settings/api", views.api, name="api"),
    path("docs/api", views.api_reference, name="api-reference"),
    path("settings/api/running", views.api_running, name="api-running"),
]
