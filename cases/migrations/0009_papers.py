"""Papers: their kinds, versions and printings; guards in the .sql file beside."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
# The table of the printings takes its own triggers along.
BACKWARD = """
DROP TRIGGER follows ON cases_notice;
DROP FUNCTION cases_paper_guard;
DROP TRIGGER follows ON cases_paperprint;
DROP FUNCTION cases_print_guard;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0008_follow_ups"),
        ("windows", "0005_parallel_steps"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PaperPrint",
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
                ("ordinal", models.PositiveSmallIntegerField()),
                ("is_pdf", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="notice",
            name="one_first_one_time_notice_per_case",
        ),
        migrations.RemoveConstraint(
            model_name="notice",
            name="notice_kind_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="openedrecord",
            name="opened_what_is_known",
        ),
        migrations.AddField(
            model_name="notice",
            name="correction",
            field=models.CharField(blank=True, default="", max_length=300),
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
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="openedrecord",
            name="what",
            field=models.CharField(
                choices=[
                    ("applicant", "personal fields"),
                    ("export", "export of the ledger"),
                    ("paper", "a paper printed with the name"),
                ],
                max_length=10,
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
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("is_second", False), ("kind", "one_time"), ("version", 1)
                ),
                fields=("case",),
                name="one_first_one_time_notice_per_case",
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
                        ],
                    )
                ),
                name="notice_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("correction", ""), ("version", 1)),
                    models.Q(("version__gt", 1), ("correction__regex", "\\S")),
                    _connector="OR",
                ),
                name="new_version_says_what_it_corrects",
            ),
        ),
        migrations.AddConstraint(
            model_name="openedrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("what__in", ["applicant", "export", "paper"])),
                name="opened_what_is_known",
            ),
        ),
        migrations.AddField(
            model_name="paperprint",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="paperprint",
            name="notice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="prints",
                to="cases.notice",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperprint",
            constraint=models.UniqueConstraint(
                fields=("notice", "ordinal"), name="print_counted_once"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
