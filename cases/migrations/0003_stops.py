"""Stops and the one extension of a clock; their guards are in the .sql file beside."""

from pathlib import Path

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cases.deadlines
import windows.models.people

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="deadline",
            name="kind",
            field=models.CharField(
                choices=[
                    ("way", "a way forward"),
                    ("promised", "promised date"),
                    ("statutory", "statutory date"),
                    ("bring", "missing papers"),
                    ("check_back", "check-back"),
                    ("reply", "reply to the raised question"),
                    ("negative", "decision on the negative"),
                    ("call_back", "call-back"),
                    ("stop", "end of the stop"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="ClockStop",
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
                (
                    "ground",
                    models.CharField(
                        choices=[
                            (cases.deadlines.StopGround["HEARING"], "hearing"),
                            (cases.deadlines.StopGround["TENDER"], "tender"),
                            (cases.deadlines.StopGround["AUCTION"], "auction"),
                            (cases.deadlines.StopGround["INSPECTION"], "inspection"),
                            (cases.deadlines.StopGround["TESTING"], "testing"),
                            (cases.deadlines.StopGround["QUARANTINE"], "quarantine"),
                            (cases.deadlines.StopGround["APPRAISAL"], "appraisal"),
                            (cases.deadlines.StopGround["EXPERTS"], "expert review"),
                            (cases.deadlines.StopGround["PUBLICITY"], "public notice"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                ("limit_days", models.PositiveSmallIntegerField(null=True)),
                ("began_on", models.DateField()),
                ("at", models.DateTimeField()),
                ("resumed_on", models.DateField(null=True)),
                ("resumed_at", models.DateTimeField(null=True)),
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
                        related_name="stops",
                        to="cases.case",
                    ),
                ),
                (
                    "resumed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("case", "="),
                            (
                                windows.models.people.DateRange(
                                    "began_on", "resumed_on", models.Value("[)")
                                ),
                                "&&",
                            ),
                        ],
                        name="stops_do_not_overlap",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "ground__in",
                                [
                                    cases.deadlines.StopGround["HEARING"],
                                    cases.deadlines.StopGround["TENDER"],
                                    cases.deadlines.StopGround["AUCTION"],
                                    cases.deadlines.StopGround["INSPECTION"],
                                    cases.deadlines.StopGround["TESTING"],
                                    cases.deadlines.StopGround["QUARANTINE"],
                                    cases.deadlines.StopGround["APPRAISAL"],
                                    cases.deadlines.StopGround["EXPERTS"],
                                    cases.deadlines.StopGround["PUBLICITY"],
                                ],
                            )
                        ),
                        name="stop_ground_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason__regex", "\\S")),
                        name="stop_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("limit_days__isnull", True),
                            ("limit_days__gte", 1),
                            _connector="OR",
                        ),
                        name="stop_of_at_least_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("resumed_at__isnull", True),
                                ("resumed_by__isnull", True),
                                ("resumed_on__isnull", True),
                            ),
                            models.Q(
                                ("resumed_at__isnull", False),
                                ("resumed_by__isnull", False),
                                ("resumed_on__gte", models.F("began_on")),
                                ("resumed_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="stop_ended_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Extension",
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
                ("days", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(max_length=300)),
                ("head", models.CharField(max_length=100)),
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
                        related_name="extensions",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case",), name="one_extension_per_case"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 1), ("days__lte", 15)),
                        name="extension_within_the_law",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("head__regex", "\\S"), ("reason__regex", "\\S")
                        ),
                        name="extension_by_a_head_for_a_reason",
                    ),
                ],
            },
        ),
        # Dropping the tables drops their triggers.
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
