r"""TeX between \(…\), and between \[…\] on lines of its own; as static/js/playground/maths.js has it.

Models that go astray open thousands of formulas and close none: no search looks further than a formula is long.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

#: Characters; what is longer is no formula.
LONGEST = 10_000


def brackets_plugin(parser: MarkdownIt) -> None:
    parser.inline.ruler.before("escape", "brackets", _inline)
    alt = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.before("fence", "brackets_block", _block, {"alt": alt})


def _inline(state: StateInline, silent: bool) -> bool:
    start = state.pos + 2
    if not state.src.startswith("\\(", state.pos):
        return False
    end = state.src.find("\\)", start, min(state.posMax, start + LONGEST))
    if end == -1 or not state.src[start:end].strip():
        return False
    if not silent:
        state.push("math_inline", "math", 0).content = state.src[start:end]
    state.pos = end + 2
    return True


def _block(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    start = state.bMarks[first] + state.tShift[first]
    if state.is_code_block(first) or not state.src.startswith("\\[", start):
        return False
    found = _until_closed(state, first, last, start + 2)
    if found is None:
        return False
    if not silent:
        token = state.push("math_block", "math", 0)
        token.block, token.content, token.map = True, found[0], [first, found[1]]
        state.line = found[1]
    return True


def _until_closed(state: StateBlock, first: int, last: int, start: int) -> tuple[str, int] | None:
    r"""The formula and the line after it. It ends where a line does; no line in it is blank or begins another."""
    lines: list[str] = []
    for line in range(first, last):
        begin = start if line == first else min(state.bMarks[line] + state.tShift[line], state.eMarks[line])
        if line > first and (state.sCount[line] < state.blkIndent or state.isEmpty(line)):
            return None
        if begin - start > LONGEST or (line > first and state.src.startswith("\\[", begin)):
            return None
        text, closing, rest = state.src[begin : state.eMarks[line]].rstrip().partition("\\]")
        lines.append(text)
        if closing:
            return None if rest else ("\n".join(lines), line + 1)
    return None
