"""Papers that follow an acceptance by their day."""

from pathlib import Path

from django.conf import settings
from django.db import migrations, models

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0007_released_calendars"),
        ("windows", "0004_late_follow_ups"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="notice",
            name="notice_kind_is_known",
        ),
        migrations.AddField(
            model_name="casematerial",
            name="follow_by",
            field=models.DateField(null=True),
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
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="casematerial",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("follow_by__isnull", True), ("may_follow", True), _connector="OR"
                ),
                name="case_material_follows_only_if_it_may",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["receipt", "acceptance", "one_time", "omission"])
                ),
                name="notice_kind_is_known",
            ),
        ),
        # Going back leaves the guards as they are: they refuse no less.
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
