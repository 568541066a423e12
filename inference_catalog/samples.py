"""Code to call a model with, runnable as it is shown: each sample is a template beside the model page's own."""

from __future__ import annotations

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from inference_catalog.models import Model


@dataclass(frozen=True, slots=True)
class Language:
    key: str
    title: str
    #: What to type first.
    needs: str
    #: The name by which its colours are known.
    syntax: str


LANGUAGES = (
    Language("python", "Python", "pip install openai", "python"),
    Language("weave", "Weave", "pip install openai weave", "python"),
    Language("javascript", "JavaScript", "npm install openai", "javascript"),
    Language("bash", "curl", "", "bash"),
)
#: The environment variable that the samples read the key from.
KEY = "LINEUP_API_KEY"


@dataclass(frozen=True, slots=True)
class CodeSample:
    language: Language
    code: str


def samples(model: Model, *, base_url: str, project: str) -> list[CodeSample]:
    """None of the values can break out of a string: IDs, slugs and addresses have no quotes, blanks or backslashes."""
    values: dict[str, SafeString | str] = {
        "model_id": mark_safe(model.model_id),  # noqa: S308  the page escapes the whole sample
        "base_url": mark_safe(base_url),  # noqa: S308
        "project": mark_safe(project),  # noqa: S308
        "key": KEY,
    }
    return [
        CodeSample(language, render_to_string(f"inference/samples/{language.key}.txt", values).strip() + "\n")
        for language in LANGUAGES
    ]
