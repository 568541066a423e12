"""Finished text as HTML. Models write it, so it is untrusted: HTML is off, and what comes out is cleaned once more.

The tab renders what streams with the same options (static/js/playground); the two must agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.texmath import texmath_plugin

ATTRIBUTES = {
    "a": {"href", "title"},
    "code": {"class"},
    "div": {"class"},
    "li": {"value"},
    "ol": {"start"},
    "span": {"class"},
    "td": {"style"},
    "th": {"style"},
}
TAGS = {
    *("a", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p"),
    *("pre", "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}


def _math(tag: str, kind: str) -> Any:
    def render(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
        return f'<{tag} class="math {kind}">{escapeHtml(tokens[index].content.strip())}</{tag}>'

    return render


def _image_as_link(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    """A remote image would tell its owner who reads the answer."""
    image = tokens[index]
    source = str(image.attrGet("src") or "")
    return f'<a href="{escapeHtml(source)}">{escapeHtml(image.content or source)}</a>'


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.use(texmath_plugin, delimiters="brackets")
    parser.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False, allow_blank_lines=False)
    parser.add_render_rule("math_inline", _math("span", "inline"))
    for rule in ("math_block", "math_block_eqno"):
        parser.add_render_rule(rule, _math("div", "display"))
    parser.add_render_rule("image", _image_as_link)
    return parser


_PARSER = _parser()
_CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    filter_style_properties={"text-align"},
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
)


@lru_cache(maxsize=1024)
def render(text: str) -> SafeString:
    return mark_safe(_CLEANER.clean(_PARSER.render(text)))  # noqa: S308  cleaned on this very line
