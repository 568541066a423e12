"""Template words of the catalog."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.template.context import RequestContext

from inference_catalog.browsing import Browse
from inference_catalog.cards import Card
from inference_catalog.features import FEATURES
from inference_catalog.models import Model

register = template.Library()

UNITS = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K"))


@register.filter
def short(number: int | None) -> str:
    """Three significant digits: 161K, 32.8K, 3.8B."""
    if number is None:
        return "–"
    for unit, letter in UNITS:
        if number >= unit:
            return f"{Decimal(f'{number / unit:.3g}').normalize():f}{letter}"
    return str(number)


@register.filter
def parameters(model: Model) -> str:
    """Active – total, or the total alone where all are active."""
    if model.parameters_active and model.parameters_active != model.parameters_total:
        return f"{short(model.parameters_active)} – {short(model.parameters_total)}"
    return short(model.parameters_total)


@register.filter
def abilities(model: Model) -> list[tuple[str, bool]]:
    """Every feature with whether the model has it."""
    return [(title, name in model.features) for name, title in FEATURES.items()]


@register.filter
def is_selected(card: Card, browse: Browse) -> bool:
    return card.model.model_id in browse.selected


@register.simple_tag(takes_context=True)
def toggle_url(context: RequestContext, card: Card) -> str:
    """The address of the same page with this card chosen, or not any more."""
    browse: Browse = context["browse"]
    return browse.toggled(card.model.model_id).url
