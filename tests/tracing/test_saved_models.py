"""What is saved in the Playground is there for Weave's client, and for OpenAI's."""

from __future__ import annotations

import re

import httpx2

from tests.model_ids import PHI
from tests.serving import Served
from tests.tracing.conftest import Run

PROGRAM = """
import os, openai, weave
weave.init("local/playground")
saved = weave.ref("made-here:v0").get()
print(type(saved).__name__, saved.llm_model_id)
print([(message.role, message.content) for message in saved.default_params.messages_template])
print(saved.default_params.max_tokens)
api = openai.OpenAI(base_url=os.environ["WANDB_BASE_URL"] + "/v1", api_key=os.environ["WANDB_API_KEY"])
ask = [{"role": "user", "content": "Hello"}]
for stream in (False, True):
    answer = api.chat.completions.create(model="local/playground/made-here", messages=ask, stream=stream)
    print({chunk.model for chunk in answer} if stream else (answer.model, answer.usage.completion_tokens))
try:
    api.chat.completions.create(model="local/playground/made-here:v7", messages=ask)
except openai.NotFoundError as error:
    print(error.code)
"""


def save(served: Served, name: str, **settings: str) -> None:
    """As a person does it in the Playground."""
    with httpx2.Client(base_url=served.url, follow_redirects=True, timeout=30) as browser:
        browser.get(served.sign_in_link())
        page = browser.get("/playground", params={"models": PHI}).text
        lane = re.findall(r'data-lane-id="([^"]+)"', page)[0]
        headers = {"x-csrftoken": browser.cookies["csrftoken"], "referer": served.url}
        for verb, form in (("settings", settings), ("save", {"name": name})):
            browser.post(f"/playground/lanes/{lane}/{verb}", data=form, headers=headers).raise_for_status()


def test_a_program_reads_it_and_asks_it(traced: Served, run_client: Run) -> None:
    save(traced, "made-here", system_prompt="Be brief.", max_tokens="3")
    done = run_client("-c", PROGRAM)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-6:] == [
        f"LLMStructuredCompletionModel {PHI}",
        "[('system', 'Be brief.')]",
        "3",
        "('local/playground/made-here', 3)",
        "{'local/playground/made-here'}",
        "model_not_found",
    ]
