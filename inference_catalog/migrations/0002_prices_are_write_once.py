"""The database itself refuses to change a price, and to delete one that has been in force."""

from django.db import migrations

SQLITE = (
    """CREATE TRIGGER price_is_not_changed BEFORE UPDATE ON inference_catalog_price
    BEGIN SELECT RAISE(ABORT, 'prices are written once'); END""",
    """CREATE TRIGGER price_is_not_deleted BEFORE DELETE ON inference_catalog_price
    WHEN OLD.effective_at <= strftime('%Y-%m-%d %H:%M:%f', 'now')
    BEGIN SELECT RAISE(ABORT, 'prices are written once'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION price_is_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' AND OLD.effective_at > clock_timestamp() THEN RETURN OLD; END IF;
      RAISE EXCEPTION 'prices are written once' USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    """CREATE TRIGGER price_is_written_once BEFORE UPDATE OR DELETE ON inference_catalog_price
    FOR EACH ROW EXECUTE FUNCTION price_is_written_once()""",
)
UNDONE = {
    "sqlite": ("DROP TRIGGER price_is_not_changed", "DROP TRIGGER price_is_not_deleted"),
    "postgresql": (
        "DROP TRIGGER price_is_written_once ON inference_catalog_price",
        "DROP FUNCTION price_is_written_once",
    ),
}


def guard(apps, schema_editor):
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def unguard(apps, schema_editor):
    for statement in UNDONE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("inference_catalog", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
