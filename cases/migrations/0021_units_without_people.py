"""A unit with nobody left at its window is heard by letter (R2.60, R4.70)."""

from pathlib import Path

from django.db import migrations

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("cases", "0020_overruled_refusals")]

    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
