r"""TeX between \(…\), and between \[…\] or $$…$$ on lines of its own; as static/js/playground/maths.js has it.

Models that go astray open thousands of formulas and close none: no search looks further than a formula is long.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

#: Characters; what is longer is no formula.
LONGEST = 10_000
#: Of a formula on lines of its own.
MOST_LINES = 100
DISPLAY = (("$$", "$$"), ("\\[", "\\]"))


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
    pair = next((pair for pair in DISPLAY if state.src.startswith(pair[0], start)), None)
    if state.is_code_block(first) or pair is None:
        return False
    found = _until_closed(state, first, last, start + 2, *pair)
    if found is None:
        return False
    if not silent:
        token = state.push("math_block", "math", 0)
        token.block, token.content, token.map = True, found[0], [first, found[1]]
        state.line = found[1]
    return True


def _until_closed(
    state: StateBlock, first: int, last: int, start: int, opening: str, closing: str
) -> tuple[str, int] | None:
    """The formula and the line after it. It ends where a line does; no line in it is blank or begins another."""
    lines: list[str] = []
    for line in range(first, min(last, first + MOST_LINES)):
        begin = start if line == first else min(state.bMarks[line] + state.tShift[line], state.eMarks[line])
        if line > first and (state.sCount[line] < state.blkIndent or state.isEmpty(line)):
            return None
        text = state.src[begin : state.eMarks[line]].rstrip()
        if begin - start > LONGEST or (line > first and opening != closing and text.startswith(opening)):
            return None
        if text.endswith(closing):
            return "\n".join([*lines, text[:-2]]), line + 1
        if closing in text:
            return None
        lines.append(text)
    return None
