"""Finished text as HTML. Models write it, so it is untrusted: HTML is off, and what comes out is cleaned once more.

The tab renders what streams with the same options (static/js/playground); the two must agree.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from hashlib import blake2b
from threading import Lock
from typing import Any

import nh3
from cachetools import LRUCache, cached
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import table
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType
from mdit_py_plugins.dollarmath import dollarmath_plugin

from common.brackets import brackets_plugin

#: Characters. A longer text is shown as it was written: whoever opens the page has to wait for its rendering.
LONGEST = 200_000
#: Times that the parser looks for what comes next, 10 µs each. 100,000 characters of prose with an emphasised word in
#: three need fewer; what needs more, a bracket or a list item every few characters, is shown as it was written too.
MOST_WORK = 40_000
#: Bytes of HTML that are kept for who opens the same page again.
MOST_KEPT = 32_000_000
#: What a block takes beside its lines' pieces.
BLOCK = 3

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


class TooMuchWork(Exception):
    """The text is not worth the time that others would have to wait for it."""


def _charge(env: EnvType, work: int) -> None:
    env["work"] = env.get("work", 0) + work
    if env["work"] > MOST_WORK:
        raise TooMuchWork


def _count_block(state: StateBlock, _first: int, _last: int, _silent: bool) -> bool:
    """A rule that is asked before all others and never applies; so is the next."""
    _charge(state.env, BLOCK)
    return False


def _count_piece(state: StateInline, _silent: bool) -> bool:
    _charge(state.env, 1)
    return False


def _table(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Paid for before it is made: a few short lines can make thousands of empty cells."""
    if not table(state, first, last, True):
        return False
    if silent:
        return True
    columns = state.src[state.bMarks[first] : state.eMarks[first]].count("|") + 1
    rows = next((line for line in range(first, last) if state.isEmpty(line)), last) - first
    _charge(state.env, columns * rows)
    return table(state, first, last, False)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    parser.use(brackets_plugin)
    parser.block.ruler.before("table", "work", _count_block, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    parser.inline.ruler.before("text", "work", _count_piece)
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


def _digest(text: str) -> bytes:
    return blake2b(text.encode()).digest()


KEPT: LRUCache[bytes, SafeString] = LRUCache(MOST_KEPT, getsizeof=sys.getsizeof)


@cached(KEPT, key=_digest, lock=Lock())
def render(text: str) -> SafeString:
    try:
        if len(text) <= LONGEST:
            return mark_safe(_CLEANER.clean(_PARSER.render(text, {})))  # noqa: S308  cleaned on this very line
    except TooMuchWork:
        pass
    return format_html("<pre>{}</pre>", text)
