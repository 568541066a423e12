"""Code is copied from a lane's dialog and run as it is: the provider is sent exactly what the Playground sends."""

from __future__ import annotations

import asyncio
import html
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.model_ids import PHI
from tests.playground.tab import Tab
from tests.playground.wire import Visitor
from tests.serving import ROOT, Served, Store
from tests.upstreams.scripted import DONE, FINISH, HEAD, USAGE, WORDS, Upstream, sends

COMMANDS = {
    "python": [sys.executable, "sample.py"],
    "weave": [sys.executable, "sample.py"],
    "javascript": ["node", "sample.mjs"],
    "bash": ["bash", "sample.sh"],
}
HOSTILE = (
    "Quotes \" ' ` and \\ back\\slashes \\n \\u0041;\nnew\r\nlines\n\nJSON\nEOF\n$HOME ${HOME} $(id) `id` !! %s %d"
    " {{ key }} </script><!-- ]]> ''' \"\"\" \u2028\u2029 \u202e \ufeff \x7f \x1b[31m 😀 👨\u200d👩 \U000e0001 é \\"
)
SETTINGS = {
    "temperature": 0.7,
    "max_tokens": 64,
    "top_p": 1,
    "seed": 9007199254740991,
    "stop": ["\n\n", "'\"\\", "$x"],
    "simulate": {"echo": HOSTILE, "__proto__": None},
}


@pytest.fixture(scope="module")
def provider() -> Iterator[Upstream]:
    with Upstream() as serving:
        yield serving


@pytest.fixture(scope="module")
def lineup(bootstrapped: Store, provider: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Its only provider is the scripted one."""
    served = Served(Store(tmp_path_factory.mktemp("code"), copy_of=bootstrapped), provider.base_url)
    move = f"Provider.objects.filter(slug='simulator').update(base_url='{provider.base_url}')"
    served.manage("shell", "-c", f"from inference_catalog.models import Provider; {move}")
    served.start()
    yield served
    served.stop()
    served.store.drop()


@pytest.fixture(scope="module")
def key(lineup: Served) -> str:
    return lineup.key()


async def set_up(lineup: Served) -> None:
    """Every lane gets all settings."""
    made = f"Lane.objects.update(system_prompt={HOSTILE!r}, settings={SETTINGS!r})"
    await asyncio.to_thread(lineup.manage, "shell", "-c", f"from playground.models import Lane; {made}")


async def draft(visitor: Visitor, lineup: Served, comparison: str, text: str) -> str:
    """Types it, without sending; the ID of the lane."""
    async with visitor.http.get(lineup.url + comparison) as page:
        shown = html.unescape(await page.text())
    [token] = re.findall(r'"x-csrftoken": "(\w+)"', shown)
    headers = {"X-CSRFToken": token, "Origin": lineup.url}
    async with visitor.http.post(f"{lineup.url}{comparison}/draft", data={"draft": text}, headers=headers) as saved:
        saved.raise_for_status()
    lane: str = re.findall(r'data-lane-id="(.*?)"', shown)[0]
    return lane


async def code_at(visitor: Visitor, lineup: Served, address: str) -> dict[str, str]:
    async with visitor.http.get(f"{lineup.url}/playground/{address}/code") as page:
        text = await page.text()
        found = re.findall(r'<code id="sample-(\w+)"[^>]*>(.*?)</code>', text, re.DOTALL)
    return {language: html.unescape(code) for language, code in found}


def run(language: str, code: str, key: str, folder: Path) -> str:
    if shutil.which(COMMANDS[language][0]) is None:
        pytest.skip(f"there is no {COMMANDS[language][0]} here")
    (folder / COMMANDS[language][1]).write_text(code, encoding="utf-8")
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    environment = {"PATH": os.environ["PATH"], "LINEUP_API_KEY": key}
    done = subprocess.run(
        COMMANDS[language], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


async def asked(provider: Upstream, tab: Tab, text: str) -> dict[str, Any]:
    """What the provider is sent when that is said in the Playground."""
    provider.does(sends(HEAD, WORDS, FINISH, USAGE, DONE))
    await tab.send(text)
    await tab.until_ended(60)
    return provider.asked[-1].body


@pytest.mark.parametrize("language", list(COMMANDS))
async def test_it_sends_what_the_playground_sends(
    lineup: Served, provider: Upstream, key: str, language: str, tmp_path: Path
) -> None:
    async with Visitor() as visitor:
        await visitor.sign_in(lineup)
        comparison = await visitor.compare(lineup, PHI)
        await set_up(lineup)
        tab = await visitor.tab(lineup, comparison)
        first = await asked(provider, tab, HOSTILE)
        assert first["messages"][-1]["content"] == HOSTILE
        again = (await code_at(visitor, lineup, f"answers/{tab.lanes['A']}"))[language]
        lane = await draft(visitor, lineup, comparison, "And now?\n'")
        following = (await code_at(visitor, lineup, f"lanes/{lane}"))[language]
        (tmp_path / "again").mkdir()
        (tmp_path / "next").mkdir()
        printed = await asyncio.to_thread(run, language, again, key, tmp_path / "again")
        assert "three" in printed
        assert provider.asked[-1].body == first
        await asyncio.to_thread(run, language, following, key, tmp_path / "next")
        by_code = provider.asked[-1].body
        assert by_code == await asked(provider, tab, "And now?\n'")
        assert len(by_code["messages"]) == len(first["messages"]) + 2
        await tab.line.close()
