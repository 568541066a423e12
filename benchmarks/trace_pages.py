"""The pages about traces over a million calls of one project, as a member's browser asks for them.

ROWS="20000" makes fewer. Times are from request to last byte, at a served Lineup, one after the other.
"""

from __future__ import annotations

import os
import re
import sys
import time

import httpx2

from benchmarks.figures import Figure, say
from benchmarks.page_times import figures, times
from benchmarks.processes import resident_mb
from benchmarks.stage import STORAGE, Stage, stage
from benchmarks.trace_rows import PROJECT, fill

ROWS = int(os.environ.get("ROWS", "1000000"))
TITLE = f"Pages of {ROWS / 1e6:g} M traces, {STORAGE}"
TABLE = f"/{PROJECT}/weave/traces"
#: Those that have to be quick, and those that look into a bounded number of calls.
QUICK = {
    "first page": TABLE,
    "first page, all calls": f"{TABLE}?calls=all",
    "of one op": f"{TABLE}?op=op_3",
    "sorted by cost": f"{TABLE}?sort=cost",
    "sorted by latency": f"{TABLE}?sort=latency",
    "that failed": f"{TABLE}?status=error",
    "page 100": f"{TABLE}?start=5000",
}
BOUNDED = {
    "a text that few have": f"{TABLE}?text=1234567",
    "by a field of the inputs": f"{TABLE}?field=inputs.question&is=contains&value=why",
    "of one op, sorted by cost": f"{TABLE}?op=op_3&sort=cost",
    "sorted by tokens": f"{TABLE}?sort=tokens",
    "charts": f"/{PROJECT}/weave/traces/charts",
}


def main() -> int:
    with stage(serve=True) as made:
        fill(made.lineup, ROWS)
        with httpx2.Client(base_url=made.lineup.url, timeout=120, follow_redirects=True) as client:
            client.get(made.lineup.sign_in_link()).raise_for_status()
            for name, path in QUICK.items():
                say(figures(TITLE, name, times(client, path)))
            say(figures(TITLE, "one trace", times(client, one_of(client))))
            for name, path in BOUNDED.items():
                say(figures(TITLE, name, times(client, path), None))
            download(made, client)
    return 0


def one_of(client: httpx2.Client) -> str:
    found = re.search(rf'href="(/{PROJECT}/weave/calls/[^"]+)"', client.get(TABLE).text)
    assert found
    return found[1]


def figure(name: str, value: str, bar: str = "", passed: bool | None = None) -> None:
    say([Figure(TITLE, name, value, bar, passed)])


def download(made: Stage, client: httpx2.Client) -> None:
    """The server's memory does not grow with the file."""
    before, lines, began = resident_mb(made.pid), 0, time.monotonic()
    with client.stream("GET", f"/{PROJECT}/weave/traces.jsonl?calls=all") as answer:
        for part in answer.iter_bytes():
            lines += part.count(b"\n")
    rate = lines / (time.monotonic() - began)
    grown = resident_mb(made.pid) - before
    figure("JSON lines of the newest calls", f"{lines:,} lines, {rate:,.0f} a second")
    figure("server memory that they took", f"{grown:.0f} MB", "≤ 64 MB", grown <= 64)


if __name__ == "__main__":
    sys.exit(main())
