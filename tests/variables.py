"""The names of all variables that Lineup reads, as .env.example lists them."""

import re
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parent.parent / ".env.example"
NAMES = frozenset(re.findall(r"^#?([A-Z_]+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))
#: Every variable empty, which is unset and stays so: a developer's .env does not reach the tests, nor does an Ollama.
UNSET = dict.fromkeys(NAMES, "") | {"OLLAMA_BASE_URL": "http://127.0.0.1:1/v1"}
