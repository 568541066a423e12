"""Text from outside that we keep or show ourselves."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

#: What pydantic calls an error of this kind.
NUL = "nul"
#: Beside the field of a form that has it.
HAS_NUL = "It cannot contain the character NUL."


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise PydanticCustomError(NUL, "it cannot contain the character NUL")
    return text


#: Without the one character that PostgreSQL cannot keep.
Text = Annotated[str, AfterValidator(_without_nul)]


def no_nul(what: str) -> dict[str, str]:
    """Among the error messages of a form's field: the same where no label stands beside it."""
    return {"null_characters_not_allowed": f"{what} cannot contain the character NUL."}


def storable(text: str) -> str:
    """Half a character, and the one that PostgreSQL cannot keep, are replaced."""
    return text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
