"""PostgreSQL counts what is unknown as the greatest, and sorts it last only by an index that does."""

from django.db import migrations

INDEXES = {
    "calls_dearest": "(project_id, cost DESC NULLS LAST)",
    "roots_dearest": "(project_id, cost DESC NULLS LAST) WHERE parent_id IS NULL",
    "roots_slowest": "(project_id, latency_ms DESC NULLS LAST) WHERE parent_id IS NULL",
}


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, definition in INDEXES.items():
            schema_editor.execute(f"CREATE INDEX {name} ON tracing_call {definition}")


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):
    dependencies = [("tracing", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]
