from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0015_checkouts_paid_by")]

    operations = [
        migrations.AddField(
            model_name="checkout",
            name="payment_intent",
            field=models.CharField(db_index=True, default="", max_length=255),
        ),
    ]
