"""Template words of the Playground."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.money import agreed_usd
from playground import paging
from playground.cards import Card, cards_of
from playground.models import Answer, Lane, Message

register = template.Library()


@register.filter
def thought(milliseconds: int | None) -> str:
    """The fold's label."""
    return "Thoughts" if not isinstance(milliseconds, int) else f"Thought for {milliseconds / 1000:.1f} s"


@register.filter
def as_json(text: str) -> SafeString:
    """What was asked to be JSON, whatever it is; static/js/playground/literal.js builds the same."""
    return format_html('<pre><code class="language-json">{}</code></pre>', text) if text else SafeString("")


@register.filter
def cards(message: Message) -> list[Card]:
    """The functions that it calls."""
    return cards_of(message)


@register.filter
def plain_seconds(milliseconds: int | None) -> str:
    """Long times to one place, short ones to two: 6.3 s, 0.42 s."""
    if milliseconds is None:
        return "–"
    return f"{milliseconds / 1000:.1f} s" if milliseconds >= 1000 else f"{milliseconds / 1000:.2f} s"


@register.filter
def exact_seconds(milliseconds: int | None) -> str:
    return "–" if milliseconds is None else f"{milliseconds / 1000:.3f} s"


@register.filter
def tail(lane: Lane) -> paging.Tail:
    return paging.tail(lane)


@register.filter
def share(milliseconds: int, of: int) -> str:
    """As SVG takes it."""
    return f"{100 * milliseconds / of:.3f}%" if of else "0%"


@register.filter
def all_of_usd(amount: int | None) -> str:
    """Pico-USD with every place that is not zero, and at least cents: nothing is rounded."""
    return "–" if amount is None else agreed_usd(amount)


@register.filter
def tokens_per_second(answer: Answer) -> str:
    """Of the generation itself: the wait for the first token is left out."""
    rate = answer.tokens_per_second
    if rate is None:
        return "–"
    return f"{rate:.0f} tok/s" if rate >= 10 else f"{rate:.1f} tok/s"
