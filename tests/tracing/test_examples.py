"""The examples run as they stand but for address, key, team and project, and the client has nothing to complain of."""

import json
import re
from http import HTTPStatus
from pathlib import Path

import httpx2
import pytest

from tests.serving import ROOT, Served
from tests.tracing.conftest import Run

PROJECT = "local/examples"
READ = """
import json, sys, weave
from weave.flow.leaderboard import get_leaderboard_results
client = weave.init(sys.argv[1])
{what}
"""


#: How many links the client prints, at least: the project, what was called or published.
LINKS = {"trace_a_call": 2, "compare_two_models": 4}


def example(name: str, served: Served, key: str, folder: Path) -> Path:
    text = (ROOT / "examples" / f"{name}.py").read_text()
    text = text.replace("<your-team>/<your-project>", PROJECT).replace("<your-api-key>", key)
    program = folder / f"{name}.py"
    program.write_text(text.replace("http://127.0.0.1:8000", served.url))
    return program


def read(run_client: Run, what: str) -> str:
    done = run_client("-c", READ.format(what=what), PROJECT)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def example_project(traced: Served, traced_key: str, run_client: Run) -> str:
    """The API knows projects that exist; Weave makes it when it begins."""
    read(run_client, "")
    return PROJECT


@pytest.mark.parametrize("name", ["trace_a_call", "compare_two_models"])
def test_it_runs_and_prints_links_alone(
    name: str, traced: Served, traced_key: str, run_client: Run, tmp_path: Path, example_project: str
) -> None:
    # What Python warns of is between the client and its own libraries.
    done = run_client(str(example(name, traced, traced_key, tmp_path)), PYTHONWARNINGS="ignore")
    assert done.returncode == 0, done.stderr
    said = re.sub(r"\x1b\[[0-9;]*m", "", done.stderr)
    assert re.findall(r"(?i).*\b(?:error|warning|retry|retrying|failed|exception|traceback)\b.*", said) == []
    links = set(re.findall(rf"{re.escape(traced.url)}/\S+", said + done.stdout))
    assert len(links) >= LINKS[name]
    with httpx2.Client(follow_redirects=True, timeout=30) as browser:
        browser.get(traced.sign_in_link())
        assert {link: browser.get(link).status_code for link in links} == dict.fromkeys(links, HTTPStatus.OK)


def test_the_traced_call_reads_back(
    traced: Served, traced_key: str, run_client: Run, tmp_path: Path, example_project: str
) -> None:
    done = run_client(str(example("trace_a_call", traced, traced_key, tmp_path)))
    what = (
        "calls = list(client.get_calls(include_costs=True))[-2:]\n"
        "print([call.func_name for call in calls], sorted(calls[0].summary['weave']['costs']))\n"
        "print(calls[0].output)"
    )
    assert read(run_client, what) == (
        "['run_chat', 'openai.chat.completions.create'] ['meta-llama/Llama-3.1-8B-Instruct']\n" + done.stdout
    )


def test_the_leaderboard_has_both_models(
    traced: Served, traced_key: str, run_client: Run, tmp_path: Path, example_project: str
) -> None:
    run_client(str(example("compare_two_models", traced, traced_key, tmp_path)))
    what = (
        "[board] = client._objects({'base_object_classes': ['Leaderboard'], 'latest_only': True})\n"
        "results = get_leaderboard_results(weave.ref(f'{board.object_id}:latest').get(), client)\n"
        "columns = [column for result in results for column in result.column_scores]\n"
        "print(json.dumps([[float(score.value) for score in column.scores] for column in columns]))"
    )
    scores = json.loads(read(run_client, what))
    assert len(scores) == 2
    assert all(0 <= score <= 1 for column in scores for score in column)
