"""How much of a text is marked up; what lies beyond is folded away as text, so that nothing is lost and nobody waits.

The tab has the same bounds (static/js/playground/bounds.js), counted alike: what streamed must not change on a reload.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import table
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType

#: Of a whole text: UTF-16 units, as the tab counts them, and lines.
LONGEST = 1_000_000
MOST_LINES = 10_000
#: What comes of a whole text: its blocks, their elements, and the marks in their lines. A list or a quote ends sooner:
#: it is read again with every word that comes.
MOST_NODES = 40_000
MOST_IN_BLOCK = 12_000
#: A list in a list is two.
MOST_DEPTH = 18
#: Of a table; with the header row another row.
MOST_CELLS = 6_000
MOST_COLUMNS = 50
#: Of one paragraph. What has more is not looked at for marks; what has more brackets, not for links: each of them would
#: be compared with all others.
MOST_MARKS = 20_000
MOST_BRACKETS = 2_000
#: Lines below a quote that go on with its last one. A quote in a quote looks at each of them again.
MOST_LAZY = 100
#: A link's address that is defined on a line of its own costs so many nodes: it is looked up again and again.
DEFINITION = 20

REST = "The rest, as text"
#: Whatever the parser stops at.
MARKS = re.compile(r"[\n!#$%&*+\-:<=>@\[\\\]^_`{}~]")
#: Of a link's address, and of its title, in UTF-16 units: defined once, they come again with every link.
LONGEST_ADDRESS = 2_000
SAFE_LINK = re.compile(r"https?:|mailto:|#|/(?!/)", re.IGNORECASE)


def fold(label: str, text: str) -> str:
    if not text:
        return ""
    code = f"<pre><code>{escapeHtml(text)}</code></pre>"
    return f'<details class="beyond"><summary>{label}</summary>{code}</details>\n'


def split(text: str) -> tuple[str, str]:
    """What is read as Markdown, and the rest."""
    text = re.sub(r"\r\n?", "\n", text)
    end = len(text)
    if len(text) > LONGEST // 2:
        end = len(text.encode("utf-16-le", "surrogatepass")[: 2 * LONGEST].decode("utf-16-le", "ignore"))
    if text.count("\n", 0, end) >= MOST_LINES:
        end = sum(len(line) + 1 for line in text.split("\n", MOST_LINES)[:MOST_LINES])
    return text[:end], text[end:]


def bounds_plugin(parser: MarkdownIt) -> None:
    parser.block.ruler.before("table", "beyond", _beyond)
    parser.block.ruler.before("table", "lazy", _is_lazy_for_long, {"alt": ["blockquote"]})
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    linkless = MarkdownIt("commonmark", {"html": False}).enable("strikethrough").disable(["link", "image"])

    def inline(state: StateCore) -> None:
        state.tokens = [token for token in state.tokens if token.type != "definition"]
        for token in state.tokens:
            if token.type != "inline":
                continue
            token.children = []
            if _marks(token.content) > MOST_MARKS:
                token.children.append(Token("text", "", 0, content=token.content))
            else:
                reader = linkless if token.content.count("[") > MOST_BRACKETS else parser
                reader.inline.parse(token.content, reader, state.env, token.children)
            for link in token.children:
                if _is_long(str(link.attrGet("title") or "")):
                    del link.attrs["title"]

    parser.core.ruler.at("inline", inline)
    # Only so that they are counted.
    parser.options["inline_definitions"] = True
    parser.add_render_rule("beyond", _render)
    parser.validateLink = _is_safe  # type: ignore[method-assign]


def _is_safe(url: str) -> bool:
    return SAFE_LINK.match(url) is not None and not _is_long(url)


def _is_long(text: str) -> bool:
    return len(text) > LONGEST_ADDRESS or len(text.encode("utf-16-le", "surrogatepass")) > 2 * LONGEST_ADDRESS


def _render(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return fold(tokens[index].info, tokens[index].content)


def _marks(content: str) -> int:
    return len(MARKS.findall(content))


def _weight(token: Token) -> int:
    if token.nesting < 0:
        return 0
    if token.type == "definition":
        return DEFINITION
    marks = _marks(token.content) if token.type == "inline" else 0
    return 1 + (marks if marks <= MOST_MARKS else 0)


def _is_full(env: EnvType, state: StateBlock) -> bool:
    """Counts what came since the block before this one."""
    cost = env.get("cost", 0) + sum(map(_weight, state.tokens[env.get("seen", 0) :]))
    env["seen"] = len(state.tokens)
    if state.level == 0:
        env["block"] = cost
    env["cost"] = cost + 1
    return bool(env["cost"] > MOST_NODES or (state.level > 0 and env["cost"] - env["block"] > MOST_IN_BLOCK))


def _beyond(state: StateBlock, first: int, last: int, _silent: bool) -> bool:
    """A rule that is asked before all others. What is nested too deep ends where its item does; what stands at the top
    goes on to the end of the whole text."""
    end = last
    if not _is_full(state.env, state):
        if state.level < MOST_DEPTH:
            return False
        inside = (line for line in range(first + 1, last) if not _is_inside(state, line))
        end = next(inside, last)
    text = state.src[state.bMarks[first] + state.tShift[first] : state.eMarks[end - 1] if state.level else None]
    _push(state, first, end, REST, text if state.level else text + state.env.pop("rest"))
    return True


def _is_lazy_for_long(state: StateBlock, line: int, _last: int, silent: bool) -> bool:
    """Ends a quote, whose parser marks such lines with a negative indentation."""
    return silent and line >= MOST_LAZY and max(state.sCount[line - MOST_LAZY : line]) < 0


def _is_inside(state: StateBlock, line: int) -> bool:
    return state.isEmpty(line) or state.sCount[line] >= state.blkIndent


def _push(state: StateBlock, first: int, end: int, label: str, content: str) -> None:
    token = state.push("beyond", "details", 0)
    token.block, token.map, token.info, token.content = True, [first, end], label, content
    state.line = end


def _table(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Its first rows and columns. All of its source is folded away below it if they are not all."""
    if not table(state, first, last, True):
        return False
    if silent:
        return True
    end = _end_of_rows(state, first + 2, last)
    columns = sum(1 for cell in _line(state, first + 1).split("|") if cell.strip())
    most = MOST_CELLS // min(columns, MOST_COLUMNS)
    shown = first + 2 + min(end - first - 2, most)
    at, ends = len(state.tokens), state.eMarks[first:shown]
    if columns > MOST_COLUMNS:
        state.eMarks[first:shown] = [_end_of_columns(state, line) for line in range(first, shown)]
    table(state, first, shown, False)
    state.eMarks[first:shown] = ends
    state.line = end
    state.tokens[at].map = [first, end]
    if label := _label(end - shown, columns - MOST_COLUMNS):
        lines = (state.src[state.bMarks[line] : state.eMarks[line]] for line in range(first, end))
        _push(state, first, end, label, "\n".join(lines))
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _end_of_rows(state: StateBlock, line: int, last: int) -> int:
    """The line after the last row, as the table's own rule would find it."""
    rules = state.md.block.ruler.getRules("blockquote")
    before, state.parentType = state.parentType, "table"
    while line < last and state.sCount[line] >= state.blkIndent and not state.isEmpty(line):
        if state.is_code_block(line) or any(rule(state, line, last, True) for rule in rules):
            break
        line += 1
    state.parentType = before
    return line


def _end_of_columns(state: StateBlock, line: int) -> int:
    text = _line(state, line)
    pipes = (pipe.start() for pipe in re.finditer(r"(?<!\\)\|", text))
    left = MOST_COLUMNS - (0 if text.startswith("|") else 1)
    for at, pipe in enumerate(pipes):
        if at == left:
            return state.bMarks[line] + state.tShift[line] + pipe
    return state.eMarks[line]


def _label(rows: int, columns: int) -> str:
    parts = [
        f"{count:,} more {name}{'s' * (count > 1)}" for count, name in ((rows, "row"), (columns, "column")) if count > 0
    ]
    return " and ".join(parts) + ", as text" if parts else ""
