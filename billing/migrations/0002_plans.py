from django.db import migrations

USD = 10**12
#: As they were when this was written; afterwards the rows in the database are what counts.
PLANS = {
    "free": ("Free", 1, 5 * USD, "once", False, 100 * USD, "month"),
    "pro": ("Pro", 2, 20 * USD, "month", True, 6_000 * USD, "month"),
    "academic": ("Academic", 3, 100 * USD, "year", False, None, "year"),
    "enterprise": ("Enterprise", 4, 0, "year", True, 700_000 * USD, "year"),
}
COLUMNS = ("name", "rank", "included_credits", "included_every", "bills_overage", "spending_cap", "cap_period")


def make(apps, schema_editor):
    plans = apps.get_model("billing", "Plan")
    for slug, values in PLANS.items():
        plans.objects.get_or_create(slug=slug, defaults=dict(zip(COLUMNS, values, strict=True)))


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
