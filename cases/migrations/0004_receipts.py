"""Receipts for papers, and until when silence about them becomes acceptance."""

from pathlib import Path

from django.conf import settings
from django.db import migrations, models

import cases.lifecycle

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACK = "DROP TRIGGER settled_once ON cases_casematerial"


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0003_stops"),
        ("windows", "0002_online_days"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="notice",
            name="notice_kind_is_known",
        ),
        migrations.AddField(
            model_name="case",
            name="tell_by",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="casematerial",
            name="copies",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="casematerial",
            name="form",
            field=models.CharField(
                blank=True,
                choices=[
                    ("original", "original"),
                    ("copy", "copy"),
                    ("both", "original and copy"),
                    ("electronic", "electronic"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="casematerial",
            name="may_follow",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="deadline",
            name="kind",
            field=models.CharField(
                choices=[
                    ("way", "a way forward"),
                    ("tell", "acceptance, or what is missing"),
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
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receipt", "receipt for papers"),
                    ("acceptance", "acceptance slip"),
                    ("one_time", "one-time notice"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="papernumber",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receipt", "receipt for papers"),
                    ("acceptance", "acceptance slip"),
                    ("one_time", "one-time notice"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("tell_by__isnull", False)),
                fields=["hall", "tell_by", "id"],
                name="case_to_be_told",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("tell_by__isnull", True),
                    models.Q(
                        ("received_on__isnull", False),
                        ("tell_by__gte", models.F("received_on")),
                    ),
                    _connector="OR",
                ),
                name="case_to_be_told_has_its_receipt",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("tell_by__isnull", True),
                    models.Q(
                        (
                            "state__in",
                            [
                                cases.lifecycle.State["ASKED"],
                                cases.lifecycle.State["NEGATIVE_FILED"],
                                cases.lifecycle.State["RAISED"],
                            ],
                        ),
                        _negated=True,
                    ),
                    ("due_on__lte", models.F("tell_by")),
                    _connector="OR",
                ),
                name="case_due_before_silence_accepts_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["receipt", "acceptance", "one_time"])),
                name="notice_kind_is_known",
            ),
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
