"""The days of a step have an end, as those of the item have."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("windows", "0013_life_events")]

    operations = [
        migrations.AlterField(
            model_name=name,
            name="days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MaxValueValidator(3660)],
                verbose_name="working days",
            ),
        )
        for name in ("step", "historicalstep")
    ]
