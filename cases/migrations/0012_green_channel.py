"""The green channel: who goes first, and before whom; guards in the .sql beside."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cases.models.case

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
# The tables of the channel take their own triggers along.
BACKWARD = """
DROP TRIGGER green ON cases_case;
DROP FUNCTION cases_green_guard;
DROP TRIGGER limited ON cases_greenpass;
DROP FUNCTION cases_pass_guard;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0011_paper_texts"),
        ("windows", "0008_green_channel"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GreenChannel",
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
                ("data_key", models.BinaryField()),
                ("ground_sealed", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("chased_at", models.DateTimeField(null=True)),
                ("end_reason", models.CharField(blank=True, max_length=300)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="GreenPass",
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
                ("nth", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="case_of_a_desk",
        ),
        migrations.AddField(
            model_name="case",
            name="green_days",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="case",
            name="is_green",
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("holder"),
                cases.models.case.RanksOn(),
                models.F("id"),
                condition=models.Q(("state", "closed"), _negated=True),
                name="case_of_a_desk",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("is_green", True)),
                fields=["hall", "-opened_at", "-id"],
                name="case_of_the_green_channel",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("green_days", 0), ("is_green", True), _connector="OR"
                ),
                name="case_ranks_sooner_only_if_green",
            ),
        ),
        migrations.AddField(
            model_name="greenchannel",
            name="acceptor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="greenchannel",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="greenchannel",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="greens",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="greenchannel",
            name="chaser",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="chases",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="greenchannel",
            name="ended_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="greenpass",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="passes",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="greenpass",
            name="over",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="passed_by",
                to="cases.case",
            ),
        ),
        migrations.AddConstraint(
            model_name="greenchannel",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("case",),
                name="one_green_channel_per_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="greenchannel",
            constraint=models.CheckConstraint(
                condition=models.Q(("acceptor", models.F("chaser")), _negated=True),
                name="green_chased_by_somebody_else",
            ),
        ),
        migrations.AddConstraint(
            model_name="greenchannel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("end_reason", ""),
                        ("ended_at__isnull", True),
                        ("ended_by__isnull", True),
                    ),
                    models.Q(
                        ("end_reason__regex", "\\S"),
                        ("ended_at__isnull", False),
                        ("ended_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="green_ended_by_somebody_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="greenpass",
            constraint=models.UniqueConstraint(
                fields=("case", "over"), name="green_passes_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="greenpass",
            constraint=models.UniqueConstraint(
                fields=("over", "nth"), name="green_pass_counted"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
