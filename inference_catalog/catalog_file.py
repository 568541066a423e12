"""The catalog file: what a row may say, and reading all of them or none."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from common.money import micro_price
from inference_catalog import model_ids

CATALOG = Path(__file__).with_name("catalog.toml")

Text = Annotated[str, Field(min_length=1)]
Tokens = Annotated[int, Field(gt=0, le=100_000_000)]
Url = Annotated[str, Field(pattern=r"^https?://\S+$", max_length=200)]
ModelId = Annotated[str, Field(pattern=f"^{model_ids.PATTERN}$", max_length=model_ids.LONGEST)]


class CatalogError(Exception):
    """The file cannot be used; the message has a line for each thing that is wrong in it."""


class Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def _is_exact(usd: str) -> str:
    try:
        if micro_price(Decimal(usd)) < 0:
            raise ValueError("a price is not negative")
    except ArithmeticError as error:
        raise ValueError("a price is a number of dollars in quotes") from error
    return usd


def _unwrapped(text: str) -> str:
    """Lines end in the file where its margin is; on a page they end where the page's is."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n") if paragraph.strip())


Usd = Annotated[str, AfterValidator(_is_exact)]


class PriceRow(Row):
    """US dollars per million tokens."""

    input: Usd
    output: Usd
    cached_input: Usd | None = None
    #: The first day (UTC) it is charged; without it, the day it is loaded.
    since: date | None = Field(default=None, alias="from")

    def micro(self) -> tuple[int, int, int | None]:
        cached = None if self.cached_input is None else micro_price(self.cached_input)
        return micro_price(self.input), micro_price(self.output), cached


class ModelRow(Row):
    id: ModelId
    name: Annotated[Text, Field(max_length=100)]
    maker: Annotated[Text, Field(max_length=100)]
    logo: Annotated[str, Field(max_length=60)] = ""
    summary: Annotated[Text, Field(max_length=300)]
    #: Paragraphs, with a blank line between two of them.
    description: Annotated[str, AfterValidator(_unwrapped)] = ""
    modalities: Annotated[list[Literal["Text", "Vision"]], Field(min_length=1)]
    features: list[Literal["tools", "json", "json_schema", "vision", "reasoning", "logprobs"]] = []
    context_window: Tokens
    max_output: Tokens | None = None
    parameters_active: Annotated[int, Field(gt=0)] | None = None
    parameters_total: Annotated[int, Field(gt=0)] | None = None
    license: Annotated[str, Field(max_length=100)] = ""
    license_url: Url | Literal[""] = ""
    released: date | None = None
    links: dict[Text, Url] = {}
    ollama: list[Text] = []
    status: Literal["available", "deprecated", "retired"] = "available"
    replacement: ModelId | None = None
    price: PriceRow | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.max_output and self.max_output > self.context_window:
            raise ValueError("max_output is more than context_window")
        if self.parameters_active and self.parameters_active > (self.parameters_total or 0):
            raise ValueError("parameters_active is more than parameters_total")
        return self

    def names(self) -> tuple[str, ...]:
        """What providers may call it, best first."""
        return (self.id, *self.ollama)


class Catalog(Row):
    models: Annotated[list[ModelRow], Field(min_length=1)]

    @model_validator(mode="after")
    def _rows_agree(self) -> Self:
        ids = Counter(row.id for row in self.models)
        for model_id, count in ids.items():
            if count > 1:
                raise ValueError(f"{model_id} is there {count} times")
        for row in self.models:
            if row.replacement is not None and (row.replacement not in ids or row.replacement == row.id):
                raise ValueError(f"the replacement of {row.id}, {row.replacement}, is not another model of this file")
        return self


def read_catalog(path: Path = CATALOG) -> Catalog:
    """Raises CatalogError that names every wrong row."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CatalogError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise CatalogError(f"{path} is not TOML: {error}") from error
    try:
        return Catalog.model_validate(raw)
    except ValidationError as error:
        wrong = (f"{_where(raw, problem['loc'])}: {problem['msg']}" for problem in error.errors())
        raise CatalogError("\n".join(wrong)) from error


def _where(raw: dict[str, Any], location: tuple[int | str, ...]) -> str:
    """`models[2] (microsoft/Phi-4-mini-instruct), price.input`"""
    if len(location) < 2 or location[0] != "models" or not isinstance(location[1], int):
        return ".".join(map(str, location)) or "the file"
    row = raw["models"][location[1]]
    name = row.get("id") if isinstance(row, dict) else None
    inside = ".".join(map(str, location[2:]))
    return f"models[{location[1]}]" + (f" ({name})" if name else "") + (f", {inside}" if inside else "")
