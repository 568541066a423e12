"""Template words shared by all pages: icons and numbers."""

from datetime import datetime
from functools import cache
from pathlib import Path

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from common import markdown as untrusted
from common import money

register = template.Library()


@cache
def _svg(name: str) -> str:
    """Its shapes alone: what all icons have in common is said once, in base.css."""
    path = Path(settings.NODE_MODULES) / "lucide-static" / "icons" / f"{name}.svg"
    drawing = path.read_text(encoding="utf-8").partition("<svg")[2]
    shapes = "".join(line.strip() for line in drawing.partition(">")[2].splitlines()).replace(" />", "/>")
    return f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{shapes}'


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the Lucide set, inline, in the colour of the text around it."""
    return mark_safe(_svg(name))  # noqa: S308  a file of an npm package, chosen by a template


@register.filter
def markdown(text: str) -> SafeString:
    """What a model, or anybody, wrote: marked up, and harmless."""
    return untrusted.render(text)


@register.filter
def usd(amount: int | None) -> str:
    """Pico-USD with cents."""
    return "–" if amount is None else money.usd(amount)


@register.filter
def small_usd(amount: int | None) -> str:
    """Pico-USD of one answer, to two significant digits."""
    return "–" if amount is None else money.usd_exactly_enough(amount)


@register.filter
def per_million(price: int | None) -> str:
    return "–" if price is None else money.price_per_million(price)


@register.filter
def seconds(milliseconds: int | None) -> str:
    return "–" if milliseconds is None else f"{milliseconds / 1000:.2f} s"


@register.filter
def running_for(since: datetime) -> str:
    """Seconds, then minutes and seconds, then hours and minutes."""
    minutes, seconds = divmod(max(0, int((timezone.now() - since).total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


@register.filter
def inline_code(text: str) -> SafeString:
    """What stands between `backticks`, as code."""
    parts = [conditional_escape(part) for part in text.split("`")]
    return mark_safe("".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts)))  # noqa: S308  escaped above
