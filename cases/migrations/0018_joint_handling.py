"""Joint handling: parts of a case, objections; guards in the .sql file beside."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACKWARD = """
DROP FUNCTION cases_part_forward, cases_part_guard, cases_objection_guard,
    cases_objection_decides, cases_unit_refusal_guard, cases_parts_end_guard,
    cases_joint_extension_guard CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0017_name_correction"),
        ("windows", "0012_joint_handling"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Objection",
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
                    "level",
                    models.CharField(
                        choices=[
                            ("lead", "the lead unit, with the unit that objects"),
                            ("committee", "the committee of the hall"),
                            ("government", "the government"),
                        ],
                        max_length=10,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("stands", "the objection stands"),
                            ("lifted", "lifted"),
                            ("conditions", "lifted with conditions"),
                            ("up", "goes one level up"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("decided", models.CharField(blank=True, max_length=200)),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Part",
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
                ("turn", models.PositiveSmallIntegerField()),
                ("position", models.PositiveSmallIntegerField()),
                ("stage", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=100)),
                ("unit", models.CharField(max_length=100)),
                ("is_lead", models.BooleanField()),
                ("days", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "waits for the earlier step"),
                            ("running", "is asked"),
                            ("answered", "has answered"),
                            ("objected", "objects"),
                            ("refused", "objection stands"),
                            ("void", "fell away"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("starts_on", models.DateField(null=True)),
                ("due_on", models.DateField(null=True)),
                (
                    "opinion",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("agree", "agrees"),
                            ("conditions", "agrees with conditions"),
                            ("object", "objects"),
                            ("silence", "silent past its day, counts as agreeing"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("basis", models.CharField(blank=True, max_length=500)),
                ("letter", models.CharField(blank=True, max_length=200)),
                ("answered_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["turn", "position"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="notice",
            name="notice_kind_is_known",
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receipt", "receipt for papers"),
                    ("acceptance", "acceptance slip"),
                    ("one_time", "one-time notice"),
                    ("omission", "omission notice and commitment"),
                    ("extension", "notice of extension"),
                    ("stop", "notice of a special procedure"),
                    ("hand_over", "hand-over slip"),
                    ("guide", "guide slip"),
                    ("not_accepted", "decision not to accept"),
                    ("refusal", "decision of refusal"),
                    ("filing", "negative filing form"),
                    ("reply_card", "reply card"),
                    ("delivery", "delivery proof"),
                    ("joint", "joint time table"),
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
                    ("omission", "omission notice and commitment"),
                    ("extension", "notice of extension"),
                    ("stop", "notice of a special procedure"),
                    ("hand_over", "hand-over slip"),
                    ("guide", "guide slip"),
                    ("not_accepted", "decision not to accept"),
                    ("refusal", "decision of refusal"),
                    ("filing", "negative filing form"),
                    ("reply_card", "reply card"),
                    ("delivery", "delivery proof"),
                    ("joint", "joint time table"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "receipt",
                            "acceptance",
                            "one_time",
                            "omission",
                            "extension",
                            "stop",
                            "hand_over",
                            "guide",
                            "not_accepted",
                            "refusal",
                            "filing",
                            "reply_card",
                            "delivery",
                            "joint",
                        ],
                    )
                ),
                name="notice_kind_is_known",
            ),
        ),
        migrations.AddField(
            model_name="objection",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="objections",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="objection",
            name="settled_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="part",
            name="answered_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="part",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="part",
            name="department",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="windows.department",
            ),
        ),
        migrations.AddField(
            model_name="part",
            name="person",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="part",
            name="window",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="windows.window",
            ),
        ),
        migrations.AddField(
            model_name="objection",
            name="part",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="objections",
                to="cases.part",
            ),
        ),
        migrations.AddField(
            model_name="negativefiling",
            name="part",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="filings",
                to="cases.part",
            ),
        ),
        migrations.AddConstraint(
            model_name="negativefiling",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "approved")),
                fields=("part",),
                name="one_refusal_of_a_unit",
            ),
        ),
        migrations.AddIndex(
            model_name="part",
            index=models.Index(
                condition=models.Q(("is_lead", False), ("state", "running")),
                fields=["window", "due_on", "id"],
                name="part_asked_of_a_window",
            ),
        ),
        migrations.AddIndex(
            model_name="part",
            index=models.Index(
                condition=models.Q(("is_lead", False), ("state", "running")),
                fields=["due_on", "case"],
                name="part_silent",
            ),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.UniqueConstraint(
                fields=("case", "turn", "position"), name="part_position_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "pending",
                            "running",
                            "answered",
                            "objected",
                            "refused",
                            "void",
                        ],
                    )
                ),
                name="part_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("starts_on__isnull", True), ("state", "pending")),
                    ("state", "void"),
                    models.Q(
                        models.Q(("state", "pending"), _negated=True),
                        ("due_on__gte", models.F("starts_on")),
                        ("due_on__isnull", False),
                        ("starts_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="part_runs_from_its_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        ("opinion__in", ["agree", "conditions", "object", "silence"]),
                        ("state__in", ("answered", "objected", "refused")),
                    ),
                    models.Q(
                        models.Q(
                            ("state__in", ("answered", "objected", "refused")),
                            _negated=True,
                        ),
                        ("answered_at__isnull", True),
                        ("answered_by__isnull", True),
                        ("opinion", ""),
                    ),
                    _connector="OR",
                ),
                name="part_answered_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("person__isnull", True), ("window__isnull", True)),
                    models.Q(("person__isnull", False), ("window__isnull", False)),
                    _connector="OR",
                ),
                name="part_of_the_hall_has_its_person",
            ),
        ),
        migrations.AddIndex(
            model_name="objection",
            index=models.Index(
                condition=models.Q(("outcome", "")),
                fields=["due_on", "case"],
                name="objection_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.UniqueConstraint(
                fields=("part", "level"), name="objection_once_on_a_level"
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["lead", "committee", "government"])),
                name="objection_level_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("outcome", ""),
                        ("settled_at__isnull", True),
                        ("settled_by__isnull", True),
                    ),
                    models.Q(
                        ("outcome__in", ["stands", "lifted", "conditions", "up"]),
                        ("settled_at__isnull", False),
                        ("settled_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="objection_settled_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("level", "government"), ("outcome", "up"), _negated=True
                ),
                name="objection_ends_with_the_government",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
