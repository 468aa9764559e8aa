"""Steps that are taken at the same time (R4.70)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("windows", "0004_late_follow_ups"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalstep",
            name="is_parallel",
            field=models.BooleanField(
                default=False, verbose_name="at the same time as the one before"
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="is_parallel",
            field=models.BooleanField(
                default=False, verbose_name="at the same time as the one before"
            ),
        ),
    ]
