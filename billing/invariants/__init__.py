"""What must be true of the books at any moment: a query for each, in a file beside this one, finds what is not.

Its name begins with the code of the invariant, its first line says what is wrong with a row that it finds; its columns
are the account and an example. It is one statement, so it sees one moment, whatever is booked meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

NIL = "00000000-0000-0000-0000-000000000000"
#: What the two databases write differently.
WORDS = {
    "postgresql": {
        "day": "date_trunc('day', at, 'UTC')",
        "hour": "date_trunc('hour', ended_at, 'UTC')",
        "day_of_hour": "date_trunc('day', hour, 'UTC')",
        "month_of_hour": "date_trunc('month', hour, 'UTC')",
        "nil": f"'{NIL}'::uuid",
        "nobody": "NULL::uuid",
        "now": "now()",
        "longest": "now() - interval '%d seconds'",
    },
    "sqlite": {
        "day": "substr(at, 1, 10) || ' 00:00:00'",
        "hour": "substr(ended_at, 1, 13) || ':00:00'",
        "day_of_hour": "substr(hour, 1, 10) || ' 00:00:00'",
        "month_of_hour": "substr(hour, 1, 7) || '-01 00:00:00'",
        "nil": f"'{NIL.replace('-', '')}'",
        "nobody": "NULL",
        "now": "'9999'",
        "longest": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', '-%d seconds')",
    },
}
#: A key of ours, as accounts make them.
SECRET = "'%lineup-" + "_" * 64 + "%'"


@dataclass(frozen=True, slots=True)
class Invariant:
    code: str
    #: What is wrong with a row that is found.
    sentence: str
    query: str

    def statement(self, vendor: str, *, longest: int) -> str:
        """By account: how many rows break it, and one of them. `longest`: seconds that a request may run."""
        words = WORDS[vendor]
        found = self.query.format(**words | {"longest": words["longest"] % longest, "secret": SECRET})
        columns = "account_id, count(*), min(CAST(example AS text))"
        return f"WITH found(account_id, example) AS ({found}) SELECT {columns} FROM found GROUP BY account_id"  # noqa: S608 (our files)


def _read(path: Path) -> Invariant:
    sentence, _, query = path.read_text(encoding="utf-8").partition("\n")
    return Invariant(path.name.partition("_")[0], sentence.removeprefix("-- "), query)


INVARIANTS = [_read(path) for path in sorted(Path(__file__).parent.glob("*.sql"))]
