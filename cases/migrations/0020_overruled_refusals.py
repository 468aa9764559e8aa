"""A unit's refusal that is overruled opens its objection again (R4.79)."""

from pathlib import Path

from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0019_papers_to_follow"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint("objection", "objection_once_on_a_level"),
        migrations.RemoveConstraint("objection", "objection_settled_by_somebody"),
        migrations.AlterField(
            model_name="objection",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("stands", "the objection stands"),
                    ("lifted", "lifted"),
                    ("conditions", "lifted with conditions"),
                    ("up", "goes one level up"),
                    ("ended", "ended with the case"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.UniqueConstraint(
                fields=["part", "level"],
                condition=~Q(level="government"),
                name="objection_once_on_a_level",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                name="objection_settled_by_somebody",
                condition=Q(
                    outcome="", settled_by__isnull=True, settled_at__isnull=True
                )
                | Q(
                    outcome__in=["stands", "lifted", "conditions", "up", "ended"],
                    settled_by__isnull=False,
                    settled_at__isnull=False,
                ),
            ),
        ),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
