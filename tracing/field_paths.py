"""Names of fields: `inputs.question.text`; a dot in a member's name is written `\\.`."""

import re

_PART = re.compile(r"(?:\\.|[^.\\])+")


def split(field: str) -> list[str]:
    return [re.sub(r"\\(.)", r"\1", part) for part in _PART.findall(field)]
