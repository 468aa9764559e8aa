"""What one-time notices lead to; the guards are in the .sql file beside."""

from pathlib import Path

from django.conf import settings
from django.db import migrations, models

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACK = """
    DROP TRIGGER lapse ON cases_answer;
    DROP FUNCTION cases_lapse_guard();
    ALTER TABLE cases_notice DROP CONSTRAINT second_notice_names_its_fault;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_receipts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="answer",
            name="answer_kind_is_known",
        ),
        migrations.AlterField(
            model_name="answer",
            name="kind",
            field=models.CharField(
                choices=[
                    ("answer", "answer"),
                    ("granted", "granted"),
                    ("direction", "direction"),
                    ("reply_card", "reply card"),
                    ("refusal", "refusal with remedies"),
                    ("withdrawn", "withdrawn by the applicant"),
                    ("lapsed", "counts as withdrawn"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "answer",
                            "granted",
                            "direction",
                            "reply_card",
                            "refusal",
                            "withdrawn",
                            "lapsed",
                        ],
                    )
                ),
                name="answer_kind_is_known",
            ),
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
