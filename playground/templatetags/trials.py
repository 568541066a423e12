"""Template words of trials."""

from django import template

from playground.models import Message
from playground.spread import Spread, spread_of

register = template.Library()


@register.filter
def spread(message: Message) -> Spread:
    """Of a message and its siblings."""
    return spread_of(message.siblings)
