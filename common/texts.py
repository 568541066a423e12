"""Text from outside that we keep or show ourselves."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

#: What pydantic calls an error of this kind.
NUL = "nul"


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise PydanticCustomError(NUL, "it cannot contain the character NUL")
    return text


#: Without the one character that PostgreSQL cannot keep.
Text = Annotated[str, AfterValidator(_without_nul)]


def no_nul(what: str) -> dict[str, str]:
    """The same among the error messages of a form's field, which refuses it in any case."""
    return {"null_characters_not_allowed": f"{what} cannot contain the character NUL."}


def storable(text: str) -> str:
    """Half a character, and the one that PostgreSQL cannot keep, are replaced."""
    return text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
