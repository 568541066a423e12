"""Code is copied from the page that shows it and run as it is, against a served Lineup."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from tests.model_ids import LLAMA, R1, SCOUT
from tests.serving import ROOT, Served, Store
from tests.simulator.serving import Simulator

COMMANDS = {
    "python": [sys.executable, "sample.py"],
    "weave": [sys.executable, "sample.py"],
    "javascript": ["node", "sample.mjs"],
    "bash": ["bash", "sample.sh"],
}


@pytest.fixture(scope="module")
def lineup(bootstrapped: Store, _simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = Served(Store(tmp_path_factory.mktemp("samples"), copy_of=bootstrapped), _simulator.base_url)
    served.start()
    served.manage("sync_catalog")
    yield served
    served.stop()
    served.store.drop()


@pytest.fixture(scope="module")
def browser(lineup: Served) -> OpenerDirector:
    opener = build_opener(HTTPCookieProcessor())
    opener.open(lineup.sign_in_link()).close()
    return opener


@pytest.fixture(scope="module")
def key(lineup: Served) -> str:
    return lineup.key()


def shown(browser: OpenerDirector, url: str, language: str) -> str:
    with browser.open(url) as answer:
        page = answer.read().decode()
    found = re.search(rf'<code id="sample-{language}"[^>]*>(.*?)</code>', page, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


@pytest.mark.parametrize("path", ["/settings/api", f"/inference/{LLAMA}", f"/inference/{R1}", f"/inference/{SCOUT}"])
@pytest.mark.parametrize("language", list(COMMANDS))
def test_a_sample_runs_as_it_is_shown(
    lineup: Served,
    browser: OpenerDirector,
    simulator: Simulator,
    key: str,
    language: str,
    path: str,
    tmp_path: Path,
) -> None:
    if shutil.which(COMMANDS[language][0]) is None:
        pytest.skip(f"there is no {COMMANDS[language][0]} here")
    (tmp_path / COMMANDS[language][1]).write_text(shown(browser, lineup.url + path, language))
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    environment = {"PATH": os.environ["PATH"], "LINEUP_API_KEY": key}
    done = subprocess.run(
        COMMANDS[language], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
    assert "simulated" in done.stdout.lower()
    assert len(simulator.settled()["requests"]) == 1
