"""Django for pages, whose requests are made before anything stands around them that answers what fails at that."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import IO, Any

import django
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.http import HttpResponseBadRequest, HttpResponseBase
from django.template.loader import render_to_string

log = logging.getLogger(__name__)


class Pages(ASGIHandler):
    def __init__(self) -> None:
        django.setup(set_prefix=False)
        super().__init__()

    def create_request(
        self, scope: Mapping[str, Any], body_file: IO[bytes]
    ) -> tuple[ASGIRequest, None] | tuple[None, HttpResponseBase]:
        """A header may say that a parameter of the body's kind is written in a way that there is not."""
        try:
            return super().create_request(scope, body_file)
        except (LookupError, ValueError):
            log.warning("a request could not be read", exc_info=True)
            return None, HttpResponseBadRequest(render_to_string("400.html"))
