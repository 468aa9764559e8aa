"""A mistyped name written right; guards in the .sql file beside."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACKWARD = "DROP FUNCTION cases_name_guard CASCADE;"


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0016_renewals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NameCorrection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("was_sealed", models.BinaryField()),
                ("digest", models.BinaryField()),
                ("reason", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="name_corrections",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        # Dropping the table drops its triggers.
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
