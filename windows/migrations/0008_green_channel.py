"""How much sooner the green channel comes, and how often it may pass one case."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("windows", "0007_paper_texts"),
    ]

    operations = [
        migrations.AddField(
            model_name="hall",
            name="green_days",
            field=models.PositiveSmallIntegerField(
                default=5,
                help_text="Calendar days: no case waits behind one of the green channel that is due later than this after it.",
                validators=[django.core.validators.MaxValueValidator(30)],
                verbose_name="days by which a case of the green channel comes sooner",
            ),
        ),
        migrations.AddField(
            model_name="hall",
            name="green_passes",
            field=models.PositiveSmallIntegerField(
                default=2,
                help_text="After that nothing of the green channel goes before it.",
                validators=[django.core.validators.MaxValueValidator(9)],
                verbose_name="how often one waiting case may be passed by the green channel",
            ),
        ),
        migrations.AddField(
            model_name="historicalhall",
            name="green_days",
            field=models.PositiveSmallIntegerField(
                default=5,
                help_text="Calendar days: no case waits behind one of the green channel that is due later than this after it.",
                validators=[django.core.validators.MaxValueValidator(30)],
                verbose_name="days by which a case of the green channel comes sooner",
            ),
        ),
        migrations.AddField(
            model_name="historicalhall",
            name="green_passes",
            field=models.PositiveSmallIntegerField(
                default=2,
                help_text="After that nothing of the green channel goes before it.",
                validators=[django.core.validators.MaxValueValidator(9)],
                verbose_name="how often one waiting case may be passed by the green channel",
            ),
        ),
        migrations.AddConstraint(
            model_name="hall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("green_days__range", (0, 30)), ("green_passes__range", (0, 9))
                ),
                name="hall_green_channel_within_bounds",
            ),
        ),
    ]
