"""What a model can do beyond text, as people say it."""

from __future__ import annotations

FEATURES = {
    "tools": "Function calling",
    "json": "JSON mode",
    "json_schema": "JSON schema",
    "vision": "Images",
    "reasoning": "Reasoning",
    "logprobs": "Log probabilities",
}
