"""The ledger begins with what each account has: grants in the order they are drawn, usage drawn from them so far.

From then on the database refuses to change or delete what was booked, priced or noted.
"""

import uuid

from django.db import migrations
from django.utils import timezone

NOBODY = uuid.UUID(int=0)
WRITTEN_ONCE = ("ledgerentry", "auditevent", "planchange", "listprice")


def open_books(apps, schema_editor):
    account_model = apps.get_model("billing", "Account")
    for account in account_model.objects.select_related("plan"):
        grants = sorted(account.grants.all(), key=_order)
        used = sum(grant.amount for grant in grants) - account.settled
        for grant in grants:
            drawn = max(0, min(grant.amount, used))
            used -= drawn
            grant.remaining = grant.amount - drawn
            grant.effective_at = grant.created_at
            if grant.expires_at and grant.expires_at <= grant.effective_at:
                grant.expires_at = None
            grant.save()
            origin = "issued" if grant.category == "promotional" else "money"
            _enter(apps, account, grant.pk, origin, grant.category, grant.amount, grant.pk)
            _enter(apps, account, grant.pk, grant.category, "usage", drawn, grant.pk)
        _enter(apps, account, uuid.uuid4(), "owed", "usage", used, None)
        _enter(apps, account, uuid.uuid4(), "issued", "owed", -used, None)


def _order(grant):
    return grant.expires_at is None, grant.expires_at, grant.category == "paid", grant.created_at, grant.pk


def _enter(apps, account, about_id, source, target, amount, grant_id):
    if amount <= 0:
        return
    now = timezone.now()
    sides = {"account": account, "source": source, "target": target}
    apps.get_model("billing", "LedgerEntry").objects.create(
        about_id=about_id, kind="opening", amount=amount, grant_id=grant_id, at=now, **sides
    )
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    row, _ = apps.get_model("billing", "LedgerDay").objects.get_or_create(day=day, grant_id=grant_id or NOBODY, **sides)
    row.amount += amount
    row.save()


def self_service(apps, schema_editor):
    apps.get_model("billing", "Plan").objects.filter(slug__in=("free", "pro")).update(is_self_service=True)


def guard(apps, schema_editor):
    for table in WRITTEN_ONCE:
        for event in ("update", "delete"):
            schema_editor.execute(_trigger(schema_editor.connection.vendor, table, event), params=None)


def _trigger(vendor, table, event):
    name, sentence = f"{table}_refuses_{event}", "what was booked is not changed"
    if vendor == "sqlite":
        return f"CREATE TRIGGER {name} BEFORE {event} ON billing_{table} BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
    function = (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END $$;"
    )
    return f"{function} CREATE TRIGGER {name} BEFORE {event} ON billing_{table} FOR EACH ROW EXECUTE FUNCTION {name}()"


def unguard(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for table in WRITTEN_ONCE:
        for event in ("update", "delete"):
            name = f"{table}_refuses_{event}"
            statement = f"DROP TRIGGER {name}" if is_sqlite else f"DROP TRIGGER {name} ON billing_{table}; DROP FUNCTION {name}"
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("billing", "0007_ledger")]
    operations = [
        migrations.RunPython(open_books, migrations.RunPython.noop),
        migrations.RunPython(self_service, migrations.RunPython.noop),
        migrations.RunPython(guard, unguard),
    ]
