"""What Weave's own client evaluates, as the pages show it; and what the pages publish, as the client reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.serving import Served
from tests.tracing.conftest import run_python
from tracing import amounts

PROJECT = "local/evaluated"
WEAVE = f"/{PROJECT}/weave"
PROGRAM = Path(__file__).parent / "evaluate.py"


def said(served: Served, key: str, home: Path, *arguments: str) -> dict[str, Any]:
    done = run_python(served, key, home, str(PROGRAM), PROJECT, *arguments)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


@pytest.fixture(scope="module")
def evaluated(traced: Served, traced_key: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return said(traced, traced_key, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def browser_of(traced: Served) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=traced.url, follow_redirects=True, timeout=60) as client:
        client.get(traced.sign_in_link())
        yield client


def page(client: httpx2.Client, path: str) -> str:
    answer = client.get(f"{WEAVE}/{path}")
    assert answer.status_code == 200, answer.text
    return answer.text


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def table_row(html: str, attribute: str, value: str) -> str:
    return plain(html.split(f'{attribute}="{value}"')[1].partition("</tr>")[0].partition(">")[2])


def test_every_run_is_listed(evaluated: dict[str, Any], browser_of: httpx2.Client) -> None:
    html, ids = page(browser_of, "evaluations"), evaluated["ids"]
    assert table_row(html, "data-evaluation", ids["sums-0"]).startswith("Compare sums 0 sums 0 sums:v0 Success one :v0")
    assert "Some rows failed" in table_row(html, "data-evaluation", ids["sums-1"])
    assert "successor :v0" in table_row(html, "data-evaluation", ids["sums-2"])
    assert "numbers :v0" in table_row(html, "data-evaluation", ids["twice"])
    assert "by hand my-data-evaluation:v0 Success handmade :v0" in table_row(html, "data-evaluation", ids["logged"])
    for metric in ("exact.true_fraction", "Near.off.mean", "fluency.mean", "output.verdict", "model_latency.mean"):
        assert metric in html


@pytest.mark.parametrize(
    ("run", "rows", "failed"), [("sums-0", 4, 0), ("sums-1", 4, 1), ("twice", 8, 0), ("broken", 4, 1), ("logged", 2, 0)]
)
def test_every_run_has_its_rows(
    evaluated: dict[str, Any], browser_of: httpx2.Client, run: str, rows: int, failed: int
) -> None:
    html = page(browser_of, f"evaluations/{evaluated['ids'][run]}")
    assert html.count("data-row=") == rows
    assert (f"{failed} failed" in plain(html)) == bool(failed)
    assert (">Trial<" in html) == (run == "twice")


def test_a_row_says_what_failed(evaluated: dict[str, Any], browser_of: httpx2.Client) -> None:
    html = page(browser_of, f"evaluations/{evaluated['ids']['sums-1']}")
    assert "Adder.predict: ValueError: &lt;b&gt;four&lt;/b&gt; is too much" in html
    assert "RuntimeError: nine is too much" in page(browser_of, f"evaluations/{evaluated['ids']['broken']}")


def test_two_models_stand_side_by_side(evaluated: dict[str, Any], browser_of: httpx2.Client) -> None:
    one, two = evaluated["ids"]["sums-0"], evaluated["ids"]["sums-1"]
    html = page(browser_of, f"compare-evaluations?ids={one}&ids={two}")
    assert table_row(html, "data-metric", "exact.true_fraction").endswith("75% 0% −75 points (−100%) worse")
    assert table_row(html, "data-property", "Model: step") == "Model: step differs 1 2"
    assert "data-warning" not in html
    results = page(browser_of, f"compare-evaluations?ids={one}&ids={two}&view=results")
    assert results.count("data-example=") == 4
    assert "Not tried" not in results


@pytest.mark.parametrize("other", ["twice", "logged"])
def test_rows_are_matched_whichever_dataset_they_stood_in(
    evaluated: dict[str, Any], browser_of: httpx2.Client, other: str
) -> None:
    ids = evaluated["ids"]
    html = page(browser_of, f"compare-evaluations?ids={ids['sums-0']}&ids={ids[other]}&view=results")
    assert html.count("data-example=") == 4
    assert html.count("Not tried") == {"twice": 0, "logged": 2}[other]
    assert "Dataset inconsistency" in html


def cells(html: str) -> dict[str, list[str]]:
    """Of every model, by its reference, what the leaderboard says."""
    found = {}
    for row in html.split('data-model-ref="')[1:]:
        columns = row.partition("</tr>")[0].split("<td")[1:]
        found[row.partition('"')[0]] = [plain(f"<td{column}").removesuffix(" Best") for column in columns]
    return found


def test_the_leaderboard_says_what_the_client_says(evaluated: dict[str, Any], browser_of: httpx2.Client) -> None:
    shown = cells(page(browser_of, "leaderboards/Sums-co"))
    assert list(shown) == list(evaluated["results"])
    for model, (fraction, off, latency, gone) in evaluated["results"].items():
        assert gone is None
        assert shown[model] == [
            f"{100 * fraction:.4g}%",
            f"{off:.4g}",
            "–" if latency is None else amounts.duration(latency),
            "–",
        ]


def test_the_address_that_the_client_prints_opens_it(evaluated: dict[str, Any], browser_of: httpx2.Client) -> None:
    assert "<h1>Sums &amp; co</h1>" in page(browser_of, "leaderboards/Sums-co")
    call = evaluated["ids"]["sums-0"]
    assert browser_of.get(f"/{PROJECT}/r/call/{call}").status_code == 200


def test_what_a_page_publishes_the_client_reads(
    evaluated: dict[str, Any], browser_of: httpx2.Client, traced: Served, traced_key: str, tmp_path: Path
) -> None:
    draft = page(browser_of, "leaderboards/Sums-co/edit")
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]*)"', draft)[0]
    options = re.findall(r'<option value="([^"]*)"[^>]*>sums:v0 · (?:exact.true_count|Near.off.mean)</option>', draft)
    made = {"name": "From a page", "description": "", "better": ["higher", "lower"], "csrfmiddlewaretoken": token}
    made["column"] = [unescape(option) for option in dict.fromkeys(options)]
    answer = browser_of.post(f"{WEAVE}/new-leaderboard", data=made, headers={"Referer": traced.url})
    assert answer.status_code == 200, plain(answer.text)
    read = said(traced, traced_key, tmp_path, "From-a-page")
    assert read["name"] == "From a page"
    assert read["columns"] == [["exact", "true_count", None], ["Near", "off.mean", True]]
    shown = cells(page(browser_of, "leaderboards/From-a-page"))
    assert {model: [float(cell) for cell in row] for model, row in shown.items()} == read["results"]
