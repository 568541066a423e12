from typing import Any

from django.urls import path

from playground.consumers import ComparisonConsumer

websocket_urlpatterns: list[Any] = [path("ws/playground/<uuid:pk>", ComparisonConsumer.as_asgi())]
