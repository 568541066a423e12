"""Addresses within the project that a page shows, and what calls took."""

from __future__ import annotations

import math
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse

from tracing import amounts

register = template.Library()


@register.simple_tag(takes_context=True)
def at(context: template.Context, name: str, *arguments: Any) -> str:
    """`{% at "call" call.call_id %}`; empty where no address can hold what programs made up."""
    project = context["current_project"]
    try:
        return reverse(name, args=[project.team.slug, project.slug, *arguments])
    except NoReverseMatch:
        return ""


@register.filter
def dollars(amount: float | None) -> str:
    return "–" if amount is None or not math.isfinite(amount) else amounts.dollars(amount)


@register.filter
def duration(milliseconds: float | None) -> str:
    return "–" if milliseconds is None else amounts.duration(milliseconds / 1000)
