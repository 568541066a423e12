"""Values in samples of code, written so that none can break out of where it stands."""

import json
import shlex

from django import template

register = template.Library()


@register.filter
def literal(text: str) -> str:
    """A string of Python, JavaScript and JSON alike, also between single quotes of a shell."""
    return json.dumps(text).replace("'", "\\u0027")


@register.filter
def word(text: str) -> str:
    """One word of a shell's command line."""
    return shlex.quote(text)
