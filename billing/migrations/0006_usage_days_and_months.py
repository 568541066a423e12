"""Days and months of usage, kept by triggers: whatever changes an hour changes its day and its month with it."""

from django.db import migrations, models

KEY = ("organization_id", "project_id", "user_id", "api_key_id", "model")
SUMS = ("requests", "errors", "prompt_tokens", "cached_tokens", "completion_tokens", "cost")
PERIODS = ("day", "month")
#: The beginning of the day or month of an hour.
START = {
    "sqlite": {"day": "substr({row}hour, 1, 10) || ' 00:00:00'", "month": "substr({row}hour, 1, 7) || '-01 00:00:00'"},
    "postgresql": {period: "date_trunc('" + period + "', {row}hour, 'UTC')" for period in PERIODS},
}
#: By event: whose key it is, and by how much each sum changes.
EVENTS = {
    "INSERT": ("NEW.", "NEW.{name}"),
    "UPDATE": ("NEW.", "NEW.{name} - OLD.{name}"),
    "DELETE": ("OLD.", "-OLD.{name}"),
}


def carry(vendor, period, event):
    """Less than nothing would be refused by the columns' checks, so an hour that is taken away is subtracted."""
    row, change = EVENTS[event]
    start = START[vendor][period].format(row=row)
    changes = {name: change.format(name=name) for name in SUMS}
    table = f"billing_usage{period}"
    key = [f"{row}{name}" for name in KEY]
    if event == "INSERT":
        return (
            f"INSERT INTO {table} ({', '.join((period, *KEY, *SUMS))}) VALUES ({', '.join((start, *key, *changes.values()))})"
            f" ON CONFLICT ({', '.join(('organization_id', period, *KEY[1:]))}) DO UPDATE SET"
            f" {', '.join(f'{name} = {table}.{name} + excluded.{name}' for name in SUMS)};"
        )
    where = [f"{period} = {start}"] + [f"{name} = {row}{name}" for name in KEY]
    return (
        f"UPDATE {table} SET {', '.join(f'{name} = {name} + ({by})' for name, by in changes.items())}"
        f" WHERE {' AND '.join(where)};"
    )


def keep(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for period in PERIODS:
        schema_editor.execute(backfill(vendor, period), params=None)
    for event in EVENTS:
        for statement in triggers(vendor, event):
            schema_editor.execute(statement, params=None)


def backfill(vendor, period):
    start = START[vendor][period].format(row="")
    columns = ", ".join((period, *KEY, *SUMS))
    sums = ", ".join(f"sum({name})" for name in SUMS)
    key = ", ".join(KEY)
    return f"INSERT INTO billing_usage{period} ({columns}) SELECT {start}, {key}, {sums} FROM billing_usagehour GROUP BY {start}, {key}"


def triggers(vendor, event):
    name = f"usage_hour_{event.lower()}"
    body = " ".join(carry(vendor, period, event) for period in PERIODS)
    if vendor == "sqlite":
        return [f"CREATE TRIGGER {name} AFTER {event} ON billing_usagehour BEGIN {body} END"]
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$",
        f"CREATE TRIGGER {name} AFTER {event} ON billing_usagehour FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def leave(apps, schema_editor):
    for event in EVENTS:
        name = f"usage_hour_{event.lower()}"
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {name}", params=None)
        else:
            schema_editor.execute(f"DROP TRIGGER {name} ON billing_usagehour", params=None)
            schema_editor.execute(f"DROP FUNCTION {name}", params=None)


def sums(name):
    """Of the hours, by a longer time."""
    count = models.PositiveBigIntegerField
    period = name.removeprefix("Usage").lower()
    unique = ("organization_id", period, "project_id", "user_id", "api_key_id", "model")
    return migrations.CreateModel(
        name=name,
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("organization_id", models.UUIDField()),
            ("project_id", models.UUIDField()),
            ("user_id", models.BigIntegerField()),
            ("api_key_id", models.UUIDField()),
            ("model", models.CharField(max_length=200)),
            *((column, count(default=0)) for column in SUMS[:-1]),
            ("cost", models.BigIntegerField(default=0)),
            (period, models.DateTimeField()),
        ],
        options={"constraints": [models.UniqueConstraint(fields=unique, name=f"one_row_per_{period}_and_key")]},
    )


class Migration(migrations.Migration):
    dependencies = [("billing", "0005_usage_status")]
    operations = [
        sums("UsageDay"),
        sums("UsageMonth"),
        migrations.RemoveIndex("usagerecord", "usage_by_model"),
        migrations.AddIndex("usagerecord", models.Index(fields=["organization_id", "model", "ended_at"], name="usage_by_model")),
        migrations.AddIndex("usagerecord", models.Index(fields=["organization_id", "user_id", "ended_at"], name="usage_by_user")),
        migrations.AddIndex("usagerecord", models.Index(fields=["organization_id", "api_key_id", "ended_at"], name="usage_by_key")),
        migrations.RunPython(keep, leave),
    ]
