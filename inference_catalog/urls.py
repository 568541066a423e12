from django.urls import path

from inference_catalog import views

urlpatterns = [
    path("inference", views.inference, name="inference"),
    path("inference/<path:model_id>", views.model, name="model"),
]
