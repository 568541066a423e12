from django.apps import AppConfig


class InferenceCatalogConfig(AppConfig):
    name = "inference_catalog"
