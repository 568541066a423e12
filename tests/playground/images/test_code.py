"""Code of a message with images reads them from files: it holds no megabytes, and sends the very same request."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from playground.code_samples import code_samples
from playground.images import keeping, reading
from playground.images.placeholders import Placeholder, with_urls
from playground.models import Comparison, Lane, Message
from tests.playground.images.pictures import can_see, picture
from tests.playground.test_code import HTTP, shown

CAT = picture()
NAME = 'it\'s a "cat" $HOME `id` \\ %s.png'
TEXT = "What's “this”? $(id) `id` ${HOME} \\n \\ JSON\nJSON\n"
KNOWN = Placeholder("image/png", NAME, "64 × 48", len(CAT), "a" * 64)
BODY: dict[str, Any] = {
    "model": "maker/model",
    "messages": [{"role": "user", "content": [{"type": "text", "text": TEXT}, KNOWN.part]}],
    "stream": True,
}
#: Stand in the clients' place and keep what they are given.
CURL = "#!/bin/sh\ncat > body\n"
OPENAI_PY = """
import json, types
class OpenAI:
    def __init__(self, **_options):
        self.chat = types.SimpleNamespace(completions=self)
    def create(self, **body):
        open("body", "w").write(json.dumps(body))
        return []
"""
WEAVE_PY = "op = lambda: lambda function: function\n"
OPENAI_JS = """
import { writeFileSync } from "node:fs";
export default class OpenAI {
  chat = { completions: { create: async (body) => (writeFileSync("body", JSON.stringify(body)), []) } };
}
"""
COMMANDS = {
    "python": [sys.executable, "sample"],
    "weave": [sys.executable, "sample"],
    "javascript": ["node", "sample.mjs"],
    "bash": ["bash", "sample"],
}


def stage(folder: Path) -> None:
    (folder / NAME).write_bytes(CAT)
    (folder / "openai.py").write_text(OPENAI_PY)
    (folder / "weave.py").write_text(WEAVE_PY)
    (folder / "node_modules" / "openai").mkdir(parents=True)
    (folder / "node_modules" / "openai" / "index.js").write_text(OPENAI_JS)
    (folder / "node_modules" / "openai" / "package.json").write_text('{"type": "module", "main": "index.js"}')
    (folder / "curl").write_text(CURL)
    (folder / "curl").chmod(0o755)


@pytest.mark.parametrize("language", list(COMMANDS))
def test_it_runs_and_sends_the_image(tmp_path: Path, language: str) -> None:
    stage(tmp_path)
    [code] = [each.code for each in code_samples(BODY, **HTTP) if each.language.key == language]
    (tmp_path / COMMANDS[language][1]).write_text(code)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "LINEUP_API_KEY": "k", "PYTHONPATH": str(tmp_path)}
    subprocess.run(COMMANDS[language], cwd=tmp_path, env=environment, check=True, timeout=60)
    data = f"data:image/png;base64,{base64.b64encode(CAT).decode()}"
    assert json.loads((tmp_path / "body").read_text()) == with_urls(BODY, lambda _url: data)


def test_the_page_names_the_files_and_holds_none(alice_client: Client, comparison: Comparison, lane: Lane) -> None:
    can_see(lane.model)
    message = Message.objects.create(lane=lane, role="user", text="Look.")
    keeping.attach(message, keeping.keep(comparison, reading.read(CAT)), "cat.png")
    at = f"/playground/lanes/{lane.pk}"
    samples = shown(alice_client, f"{at}/code")
    assert all("cat.png" in code and "iVBOR" not in code for code in samples.values())
    assert "files beside the code: <code>cat.png</code>" in alice_client.get(f"{at}/code").content.decode()
    request = alice_client.get(f"{at}/request").content.decode()
    assert "data:image/png;base64,… cat.png, 64 × 48" in request
    assert "iVBOR" not in request


def test_no_text_is_taken_for_an_image() -> None:
    body = {**BODY, "messages": [{"role": "user", "content": KNOWN.url}]}
    for sample in code_samples(body, **HTTP):
        assert "image(" not in sample.code
        assert "base64 <" not in sample.code
