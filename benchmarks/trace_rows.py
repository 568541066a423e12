"""A project with very many calls, written past the door: python -m benchmarks.trace_rows ROWS, as Lineup is set up."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.serving import ROOT, Served

PROJECT = "local/playground"
PIECE = 2_000
BELOW = 3
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
DIGEST = "V91P80IWEqjo3vX4jPPUSBrxGqmFXzkQajPOccGm0b8"


def fill(lineup: Served, rows: int) -> None:
    command = [sys.executable, "-m", "benchmarks.trace_rows", str(rows)]
    subprocess.run(command, cwd=ROOT, env=os.environ | lineup.environment, check=True)


def rows(project_id: object, user_id: int, count: int) -> Iterator[dict[str, Any]]:
    """Trees of a call with others below it, of twenty ops, one each half second."""
    chance = random.Random(1)
    for number in range(count):
        op, root = f"op_{chance.randrange(20)}", number - number % (BELOW + 1)
        began = BEGAN + timedelta(seconds=number / 2)
        latency = chance.random() * 2_000
        yield {
            "project_id": project_id,
            "call_id": _id(number),
            "trace_id": _id(root),
            "parent_id": None if number == root else _id(root),
            "op": op,
            "op_name": f"weave:///{PROJECT}/op/{op}:{DIGEST}",
            "status": "success",
            "started_at": began,
            "ended_at": began + timedelta(milliseconds=latency),
            "latency_ms": latency,
            "tokens": chance.randrange(2_000),
            "cost": chance.random() if number % 3 else None,
            "user_id": user_id,
            "attributes": '{"weave":{"client_version":"0.54.0","source":"python-sdk"}}',
            "inputs": f'{{"self":"weave:///{PROJECT}/object/model:{DIGEST}","question":"{"why " * 80}{number}"}}',
            "summary": '{"usage":{"m":{"requests":1,"prompt_tokens":10,"completion_tokens":20,"total_tokens":30}}}',
            "output": f'"{"because " * 50}"',
        }


def _id(number: int) -> str:
    return f"01a207b5-b70d-796e-835f-{number:012x}"


def main(count: int) -> None:
    import django

    django.setup()
    from django.db import connection, transaction

    from accounts.models import Project
    from tracing.models import Call
    from tracing.upserts import upsert

    project = Project.objects.select_related("team__organization").at(PROJECT).get()
    user = project.team.organization.members.get()
    piece: list[dict[str, Any]] = []
    for row in rows(project.pk, user.pk, count):
        piece.append(row)
        if len(piece) == PIECE or row["call_id"] == _id(count - 1):
            with transaction.atomic():
                upsert(Call, piece, match=("project_id", "call_id"))
            piece = []
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    main(int(sys.argv[1]))
