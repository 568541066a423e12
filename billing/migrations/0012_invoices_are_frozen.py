"""The database refuses to change what was invoiced, paid and credited."""

from django.db import migrations

WRITTEN_ONCE = ("invoiceline", "invoicedocument", "payment", "creditnote")
#: Of an invoice that is no draft any more; `state` and `outstanding` go on.
FROZEN = (
    "id", "account_id", "period_start", "period_end", "finalise_at", "number", "finalised_at", "due_at", "total",
    "carried_on", "snapshot",
)
SENTENCE = "what was invoiced is not changed"


def guards(vendor):
    """Name, table, event and condition of each trigger."""
    differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    changed = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in FROZEN)
    yield "invoice_refuses_update", "invoice", "UPDATE", f"OLD.state <> 'draft' AND (NEW.state = 'draft' OR {changed})"
    yield "invoice_refuses_delete", "invoice", "DELETE", "OLD.state <> 'draft'"
    for table in WRITTEN_ONCE:
        yield f"{table}_refuses_update", table, "UPDATE", "true"
        yield f"{table}_refuses_delete", table, "DELETE", "true"
    yield "invoiceline_refuses_insert", "invoiceline", "INSERT", None


def guard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    create = _sqlite if vendor == "sqlite" else _postgres
    for name, table, event, condition in guards(vendor):
        schema_editor.execute(create(name, table, event, condition), params=None)


FROZEN_INVOICE = "EXISTS (SELECT 1 FROM billing_invoice WHERE id = NEW.invoice_id AND state <> 'draft')"


def _sqlite(name, table, event, condition):
    return (
        f"CREATE TRIGGER {name} BEFORE {event} ON billing_{table} WHEN {condition or FROZEN_INVOICE}"
        f" BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
    )


def _postgres(name, table, event, condition):
    """A trigger's own condition may not ask other tables, its function may."""
    refuse = f"RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'integrity_constraint_violation';"
    body = refuse if condition else f"IF {FROZEN_INVOICE} THEN {refuse} END IF; RETURN NEW;"
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$;"
        f" CREATE TRIGGER {name} BEFORE {event} ON billing_{table} FOR EACH ROW"
        f" WHEN ({condition or 'true'}) EXECUTE FUNCTION {name}()"
    )


def unguard(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for name, table, _event, _condition in guards(schema_editor.connection.vendor):
        statement = f"DROP TRIGGER {name}" if is_sqlite else f"DROP TRIGGER {name} ON billing_{table}; DROP FUNCTION {name}"
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("billing", "0011_invoices")]
    operations = [migrations.RunPython(guard, unguard)]
