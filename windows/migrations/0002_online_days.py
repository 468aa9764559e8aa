"""A hall may act on the spot, and has a limit of its own for the web."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("windows", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="hall",
            name="hall_acceptance_at_most_five_days",
        ),
        migrations.AddField(
            model_name="hall",
            name="online_days",
            field=models.PositiveSmallIntegerField(
                default=1,
                help_text="Never longer than at the counter; often one day.",
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(5),
                ],
                verbose_name="the same for what came by the web",
            ),
        ),
        migrations.AddField(
            model_name="historicalhall",
            name="online_days",
            field=models.PositiveSmallIntegerField(
                default=1,
                help_text="Never longer than at the counter; often one day.",
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(5),
                ],
                verbose_name="the same for what came by the web",
            ),
        ),
        migrations.AlterField(
            model_name="hall",
            name="acceptance_days",
            field=models.PositiveSmallIntegerField(
                default=5,
                help_text="Working days from the receipt; at most five, 0 is on the spot.",
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(5),
                ],
                verbose_name="days to accept or to say what is missing",
            ),
        ),
        migrations.AlterField(
            model_name="historicalhall",
            name="acceptance_days",
            field=models.PositiveSmallIntegerField(
                default=5,
                help_text="Working days from the receipt; at most five, 0 is on the spot.",
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(5),
                ],
                verbose_name="days to accept or to say what is missing",
            ),
        ),
        migrations.AddConstraint(
            model_name="hall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("acceptance_days__range", (0, 5)), ("online_days__range", (0, 5))
                ),
                name="hall_acceptance_at_most_five_days",
            ),
        ),
    ]
