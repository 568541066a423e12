"""Usage by the million, to see how pages bear it: an organization of its own, with people, projects, keys and records.

The database makes the rows itself, from numbers that look random and are the same each time.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Sum

from accounts.models import ApiKey, Membership, Organization, Project, Team, User
from accounts.signup import welcome
from billing.grants import grant
from billing.models import Account, Grant, UsageHour
from billing.usage.periods import Grain, Window
from common.ids import NIL

#: IDs and prices in micro-USD per 1M tokens: input, cached input, output.
MODELS = (
    ("deepseek-ai/DeepSeek-R1-0528", 1_350_000, 675_000, 5_400_000),
    ("deepseek-ai/DeepSeek-V3-0324", 1_140_000, 570_000, 2_750_000),
    ("meta-llama/Llama-3.1-8B-Instruct", 220_000, 110_000, 220_000),
    ("meta-llama/Llama-3.3-70B-Instruct", 710_000, 355_000, 710_000),
    ("meta-llama/Llama-4-Scout-17B-16E-Instruct", 170_000, 85_000, 660_000),
    ("microsoft/Phi-4-mini-instruct", 80_000, 40_000, 350_000),
)
ROWS_AT_ONCE = 200_000
#: Each project is used by so many people, with a key and in the browser, who prefer so many of the models.
PEOPLE_OF_A_PROJECT, MODELS_OF_A_PERSON = 4, 3

COMBINATIONS = (
    "CREATE TEMPORARY TABLE usage_combination (number integer PRIMARY KEY, project_id {uuid}, user_id bigint,"
    " api_key_id {uuid}, model varchar(200), input bigint, cached_input bigint, output bigint)"
)
KINDS = {"postgresql": "uuid", "sqlite": "char(32)"}
#: What the two databases write differently: numbers from a to b, a UUID from two numbers, a moment from milliseconds.
SERIES = {
    "postgresql": "SELECT n::bigint FROM generate_series(%(first)s, %(last)s) n",
    "sqlite": "SELECT %(first)s UNION ALL SELECT n + 1 FROM numbers WHERE n < %(last)s",
}
IDENTITY = {
    "postgresql": "(lpad(to_hex(at), 12, '0') || '7000' || '8' || lpad(to_hex(n), 15, '0'))::uuid",
    "sqlite": "printf('%%012x70008%%015x', at, n)",
}
MOMENT = {
    "postgresql": "to_timestamp(({at}) / 1000.0)",
    "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', ({at}) / 1000.0, 'unixepoch') || '000'",
}
#: A few requests use most combinations' share: the square of a number between 0 and 1 is small more often than not.
RECORDS = """
WITH RECURSIVE numbers(n) AS ({series}),
drawn AS (SELECT n, %(begin)s + n * %(span)s / %(rows)s AS at, (n * 2654435761) %% 4294967296 AS h,
  (n * 2246822519) %% 4294967296 AS g FROM numbers),
chosen AS (SELECT n, at, h, g, g %% 100 = 0 AS failed, 40 + g %% 1960 AS prompt,
  (g / 8) %% 3 * (g %% 20) AS cached, CASE WHEN g %% 100 = 0 THEN 0 ELSE 1 + (h / 16) %% 800 END AS completion,
  (h / 65536) * (h / 65536) * %(combinations)s / 4294967296 AS number FROM drawn)
INSERT INTO billing_usagerecord (id, organization_id, project_id, user_id, api_key_id, model, offering_id, provider,
  is_simulated, door, client, outcome, error_code, finish_reason, certainty, prompt_tokens, cached_tokens,
  completion_tokens, reasoning_tokens, input_price, cached_input_price, output_price, cost, started_at, ended_at,
  ttft_ms, duration_ms)
SELECT {identity}, %(organization)s, c.project_id, c.user_id, c.api_key_id, c.model, %(organization)s, 'generated',
  true, CASE WHEN c.api_key_id IS NULL THEN 'playground' ELSE 'api' END, '', CASE WHEN failed THEN 'failed' ELSE
  'completed' END, CASE WHEN failed THEN 'server_error' ELSE '' END, CASE WHEN failed THEN '' ELSE 'stop' END,
  'reported', prompt, cached, completion, 0, c.input, c.cached_input, c.output,
  (prompt - cached) * c.input + cached * c.cached_input + completion * c.output, {started}, {ended},
  CASE WHEN failed THEN NULL ELSE 80 + g %% 900 END, 300 + h %% 9000
FROM chosen JOIN usage_combination c ON c.number = chosen.number ORDER BY n
"""
HOUR = {
    "postgresql": "date_trunc('hour', ended_at, 'UTC')",
    "sqlite": "substr(ended_at, 1, 13) || ':00:00'",
}
HOURS = """
INSERT INTO billing_usagehour (hour, organization_id, project_id, user_id, api_key_id, model, requests, errors,
  prompt_tokens, cached_tokens, completion_tokens, cost)
SELECT {hour} AS hour, organization_id, project_id, user_id, coalesce(api_key_id, %(none)s), model, count(*),
  sum(CASE WHEN outcome = 'failed' THEN 1 ELSE 0 END), sum(prompt_tokens), sum(cached_tokens), sum(completion_tokens),
  sum(cost)
FROM billing_usagerecord WHERE organization_id = %(organization)s AND ended_at >= %(since)s AND ended_at < %(until)s
GROUP BY 1, 2, 3, 4, 5, 6
"""
COARSER = """
INSERT INTO billing_usage{period} ({period}, organization_id, project_id, user_id, api_key_id, model, requests, errors,
  prompt_tokens, cached_tokens, completion_tokens, cost)
SELECT date_trunc('{period}', hour, 'UTC'), organization_id, project_id, user_id, api_key_id, model, sum(requests),
  sum(errors), sum(prompt_tokens), sum(cached_tokens), sum(completion_tokens), sum(cost)
FROM billing_usagehour WHERE organization_id = %(organization)s GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1
"""
RANDOM_IDENTITY = {"postgresql": "gen_random_uuid()", "sqlite": "lower(hex(randomblob(16)))"}
#: Each completion drawn from one grant, at its end.
ENTRIES = """
INSERT INTO billing_ledgerentry (id, account_id, about_id, kind, source, target, amount, grant_id, at, note)
SELECT {id}, organization_id, id, 'usage', 'promotional', 'usage', cost, %(grant)s, ended_at, ''
FROM billing_usagerecord WHERE organization_id = %(organization)s AND cost > 0
"""
LEDGER_DAYS = """
INSERT INTO billing_ledgerday (account_id, day, source, target, grant_id, amount)
SELECT organization_id, day, 'promotional', 'usage', %(grant)s, sum(cost)
FROM billing_usageday WHERE organization_id = %(organization)s GROUP BY 1, 2 HAVING sum(cost) > 0
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Records evenly over whole hours, so many days back from `until`."""

    rows: int
    projects: int
    people: int
    days: int
    until: datetime

    @property
    def begin(self) -> datetime:
        return self.until - timedelta(days=self.days)


def generate(name: str, wanted: Wanted) -> Iterator[int]:
    """Yields how many records there are, every now and then. The organization's name must be free."""
    organization, count = _house(name, wanted)
    done = 0
    while done < wanted.rows:
        step = min(ROWS_AT_ONCE, wanted.rows - done)
        with connection.cursor() as cursor:
            cursor.execute(
                _records(), _parameters(organization, wanted, count) | {"first": done, "last": done + step - 1}
            )
        done += step
        yield done
    _sum_up_all(organization, wanted)
    _balance(organization)


def _records() -> str:
    vendor = connection.vendor
    ended, started = (MOMENT[vendor].format(at=at) for at in ("at", "at - 300 - h % 9000".replace("%", "%%")))
    return RECORDS.format(series=SERIES[vendor], identity=IDENTITY[vendor], started=started, ended=ended)


def _parameters(organization: Organization, wanted: Wanted, combinations: int) -> dict[str, Any]:
    begin = int(wanted.begin.timestamp() * 1000)
    return {
        "organization": _plain(organization.pk),
        "begin": begin,
        "span": wanted.days * 86_400_000,
        "rows": wanted.rows,
        "combinations": combinations,
    }


@transaction.atomic
def _sum_up_all(organization: Organization, wanted: Wanted) -> None:
    """In PostgreSQL without triggers: millions of changes of the same few rows would leave them scattered."""
    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if is_postgres:
            cursor.execute("ALTER TABLE billing_usagehour DISABLE TRIGGER USER")
        for week in _weeks(wanted):
            _sum_up(organization, week)
        if is_postgres:
            for period in ("day", "month"):
                cursor.execute(COARSER.format(period=period), {"organization": organization.pk})
            cursor.execute("ALTER TABLE billing_usagehour ENABLE TRIGGER USER")
        cursor.execute("ANALYZE")


def _weeks(wanted: Wanted) -> Iterator[Window]:
    start = Grain.DAY.floor(wanted.begin)
    while start < wanted.until:
        yield Window(start, start + timedelta(days=7))
        start += timedelta(days=7)


def _sum_up(organization: Organization, week: Window) -> None:
    """Its hours; days and months follow by themselves."""
    bounds: dict[str, Any] = {"since": week.start, "until": week.end}
    if connection.vendor == "sqlite":
        bounds = {key: str(value.astimezone(UTC).replace(tzinfo=None)) for key, value in bounds.items()}
    names = {"organization": _plain(organization.pk), "none": _plain(NIL), **bounds}
    with connection.cursor() as cursor:
        cursor.execute(HOURS.format(hour=HOUR[connection.vendor]), names)


def _plain(identity: uuid.UUID) -> Any:
    return identity.hex if connection.vendor == "sqlite" else identity


@transaction.atomic
def _balance(organization: Organization) -> None:
    """What was used is granted first, so that the books add up."""
    spent = int(UsageHour.objects.filter(organization_id=organization.pk).aggregate(spent=Sum("cost"))["spent"] or 0)
    given = grant(organization, spent, note="Generated usage")
    names = {"organization": _plain(organization.pk), "grant": _plain(given.pk)}
    with connection.cursor() as cursor:
        for statement in (ENTRIES.format(id=RANDOM_IDENTITY[connection.vendor]), LEDGER_DAYS):
            cursor.execute(statement, names)
    Grant.objects.filter(pk=given.pk).update(remaining=0)
    Account.objects.filter(pk=organization.pk).update(settled=F("settled") - spent)


@transaction.atomic
def _house(name: str, wanted: Wanted) -> tuple[Organization, int]:
    """Who uses what: the number of combinations, which stand in a temporary table."""
    first = User.objects.create_user(name)
    organization = welcome(first, organization=name, team=name).team.organization
    others = User.objects.bulk_create(User(username=f"{name}-{number}") for number in range(2, wanted.people + 1))
    Membership.objects.bulk_create(Membership(organization=organization, user=user) for user in others)
    people = [first, *others]
    team = Team.objects.get(organization=organization)
    projects = Project.objects.bulk_create(
        Project(team=team, slug=f"project-{number}") for number in range(1, wanted.projects + 1)
    )
    keys = ApiKey.objects.bulk_create(
        ApiKey(user=user, label="generated", prefix="lineup-", digest=f"generated {name} {user.pk}") for user in people
    )
    rows = list(_combinations(projects, people, keys))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS usage_combination")
        cursor.execute(COMBINATIONS.format(uuid=KINDS[connection.vendor]))
        cursor.executemany("INSERT INTO usage_combination VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", rows)
    return organization, len(rows)


def _combinations(projects: list[Project], people: list[User], keys: list[ApiKey]) -> Iterator[tuple[Any, ...]]:
    """The first are used most: projects in turn, so that each has some of those."""
    number = 0
    for turn in range(PEOPLE_OF_A_PROJECT * MODELS_OF_A_PERSON * 2):
        for index, project in enumerate(projects):
            person = (index * PEOPLE_OF_A_PROJECT + turn % PEOPLE_OF_A_PROJECT) % len(people)
            model = MODELS[(person + turn // (PEOPLE_OF_A_PROJECT * 2)) % len(MODELS)]
            key = None if turn // PEOPLE_OF_A_PROJECT % 2 else _plain(keys[person].pk)
            yield (number, _plain(project.pk), people[person].pk, key, *model)
            number += 1
