from django.urls import path

from inference_catalog.views import listed_models, models
from inference_catalog.views import providers as own

urlpatterns = [
    path("inference", models.inference, name="inference"),
    path("settings/providers", own.providers, name="providers"),
    path("settings/providers/new", own.create, name="provider-new"),
    path("settings/providers/<uuid:pk>", own.provider, name="provider"),
    path("settings/providers/<uuid:pk>/change", own.change, name="provider-change"),
    path("settings/providers/<uuid:pk>/turn", own.turn, name="provider-turn"),
    path("settings/providers/<uuid:pk>/test", own.test, name="provider-test"),
    path("settings/providers/<uuid:pk>/remove", own.remove, name="provider-remove"),
    path("settings/providers/<uuid:pk>/models/new", own.model_new, name="provider-model-new"),
    path("settings/providers/<uuid:pk>/models/add", listed_models.models_add, name="provider-models-add"),
    path("settings/providers/<uuid:pk>/models/<uuid:offering_id>", own.model_change, name="provider-model"),
    path(
        "settings/providers/<uuid:pk>/models/<uuid:offering_id>/remove", own.model_remove, name="provider-model-remove"
    ),
    path("inference/<path:model_id>", models.model, name="model"),
]
