"""Rows of evaluations know the digest of their example; those that are there get it from what they were called with."""

from django.db import migrations, models

from tracing import examples, json_text
from tracing.visits import Space

PREDICT = ("Evaluation.predict_and_score", "Evaluation.predictAndScore")
PIECE = 1000
FILL = "UPDATE tracing_call SET example_digest = %s WHERE id = %s"


def fill(apps, schema_editor):
    Call = apps.get_model("tracing", "Call")
    rows = Call.objects.filter(op__in=PREDICT).order_by("pk")
    known = rows.values_list("pk", "project_id", "project__team__slug", "project__slug", "inputs")
    last = 0
    while piece := list(known.filter(pk__gt=last)[:PIECE]):
        last = piece[-1][0]
        with schema_editor.connection.cursor() as cursor:
            cursor.executemany(FILL, [(digest(*called), pk) for pk, *called in piece])


def digest(project_id, team, project, inputs):
    called_with = json_text.load(inputs)
    return examples.digest_of(Space(project_id, f"{team}/{project}", 0), called_with) if called_with else None


class Migration(migrations.Migration):
    dependencies = [("tracing", "0002_unknown_comes_last")]
    operations = [
        migrations.AddField("Call", "example_digest", models.CharField(max_length=64, null=True)),
        migrations.AddIndex(
            "Call",
            models.Index(
                fields=("project", "parent_id", "example_digest", "started_at"),
                condition=models.Q(example_digest__isnull=False),
                name="rows_by_example",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
