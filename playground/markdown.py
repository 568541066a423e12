"""Finished text as HTML. Models write it, so it is untrusted: HTML is off, and what comes out is cleaned once more.

The tab renders what streams with the same options (static/js/playground); the two must agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import table
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from playground.brackets import brackets_plugin

#: Characters. A longer text is shown as it was written: whoever opens the page has to wait for its rendering.
LONGEST = 200_000
#: A few short lines can make a table of thousands of empty cells; after so many tokens there are no more tables.
TABLES_WITHIN = 50_000

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


def _table(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    return len(state.tokens) < TABLES_WITHIN and table(state, first, last, silent)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    parser.use(brackets_plugin)
    parser.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False, allow_blank_lines=False)
    parser.add_render_rule("math_inline", _math("span", "inline"))
    parser.add_render_rule("math_block", _math("div", "display"))
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
    if len(text) > LONGEST:
        return format_html("<pre>{}</pre>", text)
    return mark_safe(_CLEANER.clean(_PARSER.render(text)))  # noqa: S308  cleaned on this very line
