"""Delivery of what was granted; guards in the .sql file beside."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
# The table of the deliveries takes its own triggers along.
BACKWARD = """
DROP TRIGGER granted ON cases_answer;
DROP FUNCTION cases_grant_guard;
DROP TRIGGER delivered ON cases_case;
DROP FUNCTION cases_delivery_guard;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0012_green_channel"),
        ("windows", "0009_results"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Delivery",
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
                    "method",
                    models.CharField(
                        choices=[
                            (
                                "counter",
                                "handed over at the counter",
                            ),
                            ("post", "by post"),
                            ("electronic", "electronically"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "receiver",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("applicant", "the applicant"),
                            ("agent", "the agent"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "proof",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("identity", "identity paper"),
                            ("slip", "acceptance slip or receipt, and identity paper"),
                            (
                                "authorisation",
                                "authorisation, and the agent's identity paper",
                            ),
                        ],
                        max_length=15,
                    ),
                ),
                ("carrier", models.CharField(blank=True, max_length=100)),
                ("tracking", models.CharField(blank=True, max_length=60)),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("under_way", "on its way"),
                            ("delivered", "delivered"),
                            ("failed", "came back"),
                        ],
                        max_length=10,
                    ),
                ),
                ("settled_on", models.DateField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("remark", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="notice",
            name="notice_kind_is_known",
        ),
        migrations.AddField(
            model_name="case",
            name="to_deliver",
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
                    ("delivery", "delivery"),
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
                ],
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("to_deliver", True)),
                fields=["hall", "due_on", "id"],
                name="case_to_deliver",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to_deliver", False),
                    ("state", "answered"),
                    _connector="OR",
                ),
                name="case_to_deliver_was_answered",
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
                        ],
                    )
                ),
                name="notice_kind_is_known",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="answer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.answer",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="settled_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "failed"), _negated=True),
                fields=("answer",),
                name="delivered_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["under_way", "delivered", "failed"])),
                name="delivery_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("method", "counter"),
                        ("proof__in", ["identity", "slip"]),
                        ("receiver", "applicant"),
                    ),
                    models.Q(
                        ("method", "counter"),
                        ("proof", "authorisation"),
                        ("receiver", "agent"),
                    ),
                    models.Q(
                        ("carrier__regex", "\\S"),
                        ("method", "post"),
                        ("tracking__regex", "\\S"),
                    ),
                    models.Q(
                        ("carrier__regex", "\\S"),
                        ("method", "electronic"),
                    ),
                    _connector="OR",
                ),
                name="delivery_says_how",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("method", "post"),
                    ("state", "delivered"),
                    _connector="OR",
                ),
                name="delivery_under_way_by_post_alone",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("settled_at__isnull", True),
                        ("settled_by__isnull", True),
                        ("settled_on__isnull", True),
                        ("state", "under_way"),
                    ),
                    models.Q(
                        models.Q(("state", "under_way"), _negated=True),
                        ("settled_at__isnull", False),
                        ("settled_by__isnull", False),
                        ("settled_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="delivery_settled_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "failed"), _negated=True),
                    ("remark__regex", "\\S"),
                    _connector="OR",
                ),
                name="delivery_failed_for_a_reason",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
