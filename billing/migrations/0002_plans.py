from django.db import migrations

from billing.plans import PLANS


def make(apps, schema_editor):
    plans = apps.get_model("billing", "Plan")
    for slug, columns in PLANS.items():
        plans.objects.get_or_create(slug=slug, defaults=columns)


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
