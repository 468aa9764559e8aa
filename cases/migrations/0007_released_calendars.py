"""Who let the dates of open cases move to a calendar; its guards are in the .sql file."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACKWARD = "DROP FUNCTION hall_by_an_administrator;"


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_known_agents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Backwards it runs last, when the table has gone with its triggers.
        migrations.RunSQL(migrations.RunSQL.noop, BACKWARD),
        migrations.CreateModel(
            name="CalendarRelease",
            fields=[
                ("version", models.BigIntegerField(primary_key=True, serialize=False)),
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
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason__regex", "\\S")),
                        name="calendar_released_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="deadline",
            name="was_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="deadline",
            name="release",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.calendarrelease",
            ),
        ),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("release__isnull", True), ("was_on__isnull", True)),
                    models.Q(
                        ("release", models.F("calendar_version")),
                        ("release__isnull", False),
                        ("was_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="deadline_moved_by_a_released_calendar",
            ),
        ),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
