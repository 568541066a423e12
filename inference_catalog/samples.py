"""Code to call a model with, runnable as it is shown: each sample is a template beside the model page's own."""

from __future__ import annotations

from dataclasses import dataclass

from django.template.loader import render_to_string

from inference_catalog.models import Model


@dataclass(frozen=True, slots=True)
class Language:
    key: str
    title: str
    #: What to type first.
    needs: str
    #: The name by which its colours are known.
    syntax: str
    #: The name that its file must have, where only one kind of name will do.
    file: str = ""


LANGUAGES = (
    Language("python", "Python", "pip install openai", "python"),
    Language("weave", "Weave", "pip install openai weave", "python"),
    Language("javascript", "JavaScript", "npm install openai", "javascript", "sample.mjs"),
    Language("bash", "curl", "", "bash"),
)
#: The environment variable that the samples read the key from.
KEY = "LINEUP_API_KEY"


@dataclass(frozen=True, slots=True)
class CodeSample:
    language: Language
    code: str


def samples(model: Model, *, base_url: str, project: str) -> list[CodeSample]:
    """The page escapes a sample as a whole."""
    values = {"model_id": model.model_id, "base_url": base_url, "project": project, "key": KEY}
    return [
        CodeSample(language, render_to_string(f"inference/samples/{language.key}.txt", values).strip() + "\n")
        for language in LANGUAGES
    ]
