"""What the engine costs beside a direct call with the openai client: CPU-ms a completion, CPU-µs a chunk.

Both run in one process, in turns, against the same simulator. The database's own CPU is told apart.
"""

from __future__ import annotations

import subprocess
import sys

from benchmarks.stage import stage
from tests.serving import ROOT


def main() -> int:
    with stage(serve=False) as made:
        made.simulator.drill(ttft=0, tokens_per_second=0, jitter=0)
        command = [sys.executable, "-m", "benchmarks.engine_work", made.simulator.base_url]
        return subprocess.run(command, cwd=ROOT, env=made.lineup.environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
