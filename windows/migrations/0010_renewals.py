"""Which items renew something that expires (R1.27)."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("windows", "0009_results"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalserviceitem",
            name="renewal_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Only for the renewal of something that expires: 30 by law. Not decided before the expiry, it is renewed by law.",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(366),
                ],
                verbose_name="renewal: applied for so many days before the expiry",
            ),
        ),
        migrations.AddField(
            model_name="historicalserviceitem",
            name="renewal_unit",
            field=models.CharField(
                choices=[("working", "working days"), ("calendar", "calendar days")],
                default="working",
                max_length=10,
                verbose_name="unit of these days",
            ),
        ),
        migrations.AddField(
            model_name="serviceitem",
            name="renewal_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Only for the renewal of something that expires: 30 by law. Not decided before the expiry, it is renewed by law.",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(366),
                ],
                verbose_name="renewal: applied for so many days before the expiry",
            ),
        ),
        migrations.AddField(
            model_name="serviceitem",
            name="renewal_unit",
            field=models.CharField(
                choices=[("working", "working days"), ("calendar", "calendar days")],
                default="working",
                max_length=10,
                verbose_name="unit of these days",
            ),
        ),
        migrations.AlterField(
            model_name="historicalserviceitem",
            name="result",
            field=models.CharField(
                blank=True,
                choices=[
                    ("certificate", "a certificate or licence"),
                    ("document", "a written approval"),
                    ("other", "something else to hand over"),
                    ("nothing", "nothing to hand over"),
                ],
                help_text="Delivered within 10 working days of the grant, also if nothing is said here.",
                max_length=12,
                verbose_name="what a grant yields",
            ),
        ),
        migrations.AlterField(
            model_name="serviceitem",
            name="result",
            field=models.CharField(
                blank=True,
                choices=[
                    ("certificate", "a certificate or licence"),
                    ("document", "a written approval"),
                    ("other", "something else to hand over"),
                    ("nothing", "nothing to hand over"),
                ],
                help_text="Delivered within 10 working days of the grant, also if nothing is said here.",
                max_length=12,
                verbose_name="what a grant yields",
            ),
        ),
    ]
