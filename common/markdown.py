"""Finished text as HTML. Models write it, so it is untrusted: HTML is off, and what comes out is cleaned once more.

The tab renders what streams with the same options (static/js/playground); the two must agree.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from hashlib import blake2b
from threading import Lock
from typing import Any

import nh3
from cachetools import LRUCache, cached
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from common.bounds import REST, bounds_plugin, fold, split
from common.brackets import brackets_plugin

#: Bytes of HTML that are kept for who opens the same page again.
MOST_KEPT = 32_000_000
#: Characters of HTML. For each & and each no-break space in a run of text, the cleaner looks at all that is left of it.
LONGEST_RUN = 4_000

ATTRIBUTES = {
    "a": {"href", "title"},
    "code": {"class"},
    "details": {"class"},
    "div": {"class"},
    "li": {"value"},
    "ol": {"start"},
    "span": {"class"},
    "td": {"style"},
    "th": {"style"},
}
TAGS = {
    *("a", "blockquote", "br", "code", "del", "details", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr"),
    *("li", "ol", "p", "pre", "s", "span", "strong", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul"),
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
    parser.use(bounds_plugin)
    # Its formulas on lines of their own are looked for without end, and found twice after a line of words.
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False).disable("math_block")
    parser.use(brackets_plugin)
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


_LONG_RUNS = re.compile(rf">[^<]{{{LONGEST_RUN},}}")
#: No entity is cut.
_RUN = re.compile(rf".{{{LONGEST_RUN}}}(?:\w{{0,4}};)?", re.DOTALL)


def _divided(html: str) -> str:
    """With comments within long runs of text, of which the cleaner leaves nothing."""
    return _LONG_RUNS.sub(lambda run: _RUN.sub(r"\g<0><!---->", run[0]), html)


def _digest(text: str) -> bytes:
    return blake2b(text.encode()).digest()


KEPT: LRUCache[bytes, SafeString] = LRUCache(MOST_KEPT, getsizeof=sys.getsizeof)


@cached(KEPT, key=_digest, lock=Lock())
def render(text: str) -> SafeString:
    read, rest = split(text)
    env = {"rest": rest}
    html = _PARSER.render(read, env) + fold(REST, env.get("rest", ""))
    return mark_safe(_CLEANER.clean(_divided(html)))  # noqa: S308  cleaned on this very line
