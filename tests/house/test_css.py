"""Every colour is a token, so light and dark stay one design."""

import re
from pathlib import Path

import pytest

from tests.house.files import name, ours

SHEETS = [path for path in ours(".css", "static") if path.name != "tokens.css"]
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
VALUE = re.compile(r"[a-z-]+\s*:\s*([^;{}]+)[;}]")
COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\((?!from)|"
    r"(?<![\w-])(?:white|black|gr[ae]y|red|green|blue|orange|yellow|purple|pink|brown|navy|teal|silver)(?![\w-])",
    re.IGNORECASE,
)


@pytest.mark.parametrize("sheet", SHEETS, ids=name)
def test_its_colours_are_tokens(sheet: Path) -> None:
    text = COMMENT.sub("", sheet.read_text(encoding="utf-8"))
    assert [value for value in VALUE.findall(text) if COLOUR.search(value)] == []


def test_every_token_that_is_used_exists() -> None:
    sheets = [COMMENT.sub("", path.read_text(encoding="utf-8")) for path in ours(".css", "static")]
    scripts = [path.read_text(encoding="utf-8") for path in [*ours(".html"), *ours(".js", "static")]]
    made = {token for text in [*sheets, *scripts] for token in re.findall(r"(--[\w-]+)[\"']?\s*[:,]", text)}
    used = {token for text in sheets for token in re.findall(r"var\((--[\w-]+)\s*\)", text)}
    assert used - made == set()


def test_the_table_of_contents_lists_every_sheet_that_no_page_brings_itself() -> None:
    contents = next(path for path in SHEETS if path.name == "app.css")
    listed = set(re.findall(r'@import url\("([^".][^"]*)"\)', contents.read_text(encoding="utf-8")))
    sheets = {str(path.relative_to(contents.parent)) for path in ours(".css", "static")}
    brought = {name for path in ours(".html") for name in re.findall(r'{% static "css/([^"]+)" %}', path.read_text())}
    assert "app.css" in brought
    assert listed == sheets - brought
