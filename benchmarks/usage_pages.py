"""R15: the pages about money and usage over five million records of 50 projects, as an admin's browser asks for them.

ROWS="20000" makes fewer. Times are from request to last byte, at a served Lineup, one after the other.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import httpx2

from benchmarks.figures import Figure, say
from benchmarks.page_times import figures, times
from benchmarks.processes import resident_mb
from benchmarks.stage import STORAGE, Stage, stage
from tests.serving import ROOT

ROWS = int(os.environ.get("ROWS", "5000000"))
NAME = "load"
TITLE = f"Usage, {ROWS / 1e6:g} M records, {STORAGE}"


def pages() -> dict[str, str]:
    today = datetime.now(UTC).date()
    quarter, year, yesterday = (today - timedelta(days=back) for back in (91, 364, 1))
    day = f"since={yesterday}T00:00&until={today}T00:00"
    return {
        "billing": "/billing",
        "ledger": "/billing/ledger",
        "ledger, usage alone": "/billing/ledger?kind=usage",
        "limits and alerts": "/billing/limits",
        "invoices": "/billing/invoices",
        "30 days by model": "/billing/usage",
        "7 days by hour and key": "/billing/usage?range=7d&by=hour&split=key",
        "92 days by day and user": f"/billing/usage?range=custom&since={quarter}&by=day&split=user",
        "a year by month and project": f"/billing/usage?range=custom&since={year}&by=month&split=project",
        "own, 30 days by project": "/settings/usage?split=project",
        "requests of a day": f"/billing/usage/requests?{day}",
        "requests of a day and model": f"/billing/usage/requests?{day}&split=model&value=microsoft/Phi-4-mini-instruct",
        "own requests of 90 days": f"/settings/usage/requests?since={quarter}T00:00&until={today}T00:00",
    }


def main() -> int:
    with stage(serve=True) as made:
        figure("made by generate_usage in", generate(made))
        command = [sys.executable, "-m", "benchmarks.usage_queries", NAME, *pages().values()]
        counted = subprocess.run(command, cwd=ROOT, env=made.lineup.environment, capture_output=True, text=True)
        if counted.returncode:
            print(counted.stderr, file=sys.stderr)
            return counted.returncode
        queries = [int(line) for line in counted.stdout.split()]
        with httpx2.Client(base_url=made.lineup.url, timeout=120, follow_redirects=True) as client:
            client.get(made.lineup.sign_in_link(NAME)).raise_for_status()
            for (name, path), count in zip(pages().items(), queries, strict=True):
                report(name, times(client, path), count)
            download(made, client)
    return 0


def figure(name: str, value: str, bar: str = "", passed: bool | None = None) -> None:
    say([Figure(TITLE, name, value, bar, passed)])


def generate(made: Stage) -> str:
    began = time.monotonic()
    made.lineup.manage("generate_usage", NAME, "--rows", str(ROWS))
    return f"{time.monotonic() - began:.0f} s"


def report(name: str, seconds: list[float], queries: int) -> None:
    say(figures(TITLE, name, seconds))
    figure(f"{name}: queries", str(queries), "≤ 12", queries <= 12)


def download(made: Stage, client: httpx2.Client) -> None:
    """The sheet of every request: the server's memory does not grow with it."""
    before, lines, began = resident_mb(made.pid), 0, time.monotonic()
    with client.stream("GET", "/billing/usage/requests.csv?range=30d") as answer:
        for part in answer.iter_bytes():
            lines += part.count(b"\n")
    rate = (lines - 1) / (time.monotonic() - began)
    grown = resident_mb(made.pid) - before
    figure("CSV of 30 days' requests", f"{lines - 1:,} lines, {rate:,.0f} a second")
    figure("server memory that the CSV took", f"{grown:.0f} MB", "≤ 64 MB", grown <= 64)


if __name__ == "__main__":
    sys.exit(main())
