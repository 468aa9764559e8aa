"""What a hall sets for joint handling (R4.72, R4.77)."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("windows", "0011_samples"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="hall",
            name="hall_acceptance_at_most_five_days",
        ),
        migrations.AddField(
            model_name="hall",
            name="joint_days",
            field=models.PositiveSmallIntegerField(
                default=2,
                help_text="Once for all units; often two days.",
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(5),
                ],
                verbose_name="the same where several units decide together",
            ),
        ),
        migrations.AddField(
            model_name="hall",
            name="objection_committee_days",
            field=models.PositiveSmallIntegerField(
                default=5,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(20),
                ],
                verbose_name="days of the committee to decide an objection",
            ),
        ),
        migrations.AddField(
            model_name="hall",
            name="objection_government_days",
            field=models.PositiveSmallIntegerField(
                default=5,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(20),
                ],
                verbose_name="days of the government to decide an objection",
            ),
        ),
        migrations.AddField(
            model_name="hall",
            name="objection_lead_days",
            field=models.PositiveSmallIntegerField(
                default=3,
                help_text="Unsettled, it goes up to the committee of the hall.",
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(20),
                ],
                verbose_name="days of the lead unit to settle an objection",
            ),
        ),
        migrations.AddField(
            model_name="hall",
            name="silence_agrees",
            field=models.BooleanField(
                default=False,
                help_text="For opinions between units alone, never for a decision. Off unless a local rule says so.",
                verbose_name="a unit that is silent past its day may count as agreeing",
            ),
        ),
        migrations.AddField(
            model_name="historicalhall",
            name="joint_days",
            field=models.PositiveSmallIntegerField(
                default=2,
                help_text="Once for all units; often two days.",
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(5),
                ],
                verbose_name="the same where several units decide together",
            ),
        ),
        migrations.AddField(
            model_name="historicalhall",
            name="objection_committee_days",
            field=models.PositiveSmallIntegerField(
                default=5,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(20),
                ],
                verbose_name="days of the committee to decide an objection",
            ),
        ),
        migrations.AddField(
            model_name="historicalhall",
            name="objection_government_days",
            field=models.PositiveSmallIntegerField(
                default=5,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(20),
                ],
                verbose_name="days of the government to decide an objection",
            ),
        ),
        migrations.AddField(
            model_name="historicalhall",
            name="objection_lead_days",
            field=models.PositiveSmallIntegerField(
                default=3,
                help_text="Unsettled, it goes up to the committee of the hall.",
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(20),
                ],
                verbose_name="days of the lead unit to settle an objection",
            ),
        ),
        migrations.AddField(
            model_name="historicalhall",
            name="silence_agrees",
            field=models.BooleanField(
                default=False,
                help_text="For opinions between units alone, never for a decision. Off unless a local rule says so.",
                verbose_name="a unit that is silent past its day may count as agreeing",
            ),
        ),
        migrations.AddConstraint(
            model_name="hall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("acceptance_days__range", (0, 5)),
                    ("joint_days__range", (0, 5)),
                    ("online_days__range", (0, 5)),
                ),
                name="hall_acceptance_at_most_five_days",
            ),
        ),
    ]
