"""Nor is a part left due after the whole when the whole moves (R1.21)."""

from pathlib import Path

from django.db import migrations

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACKWARD = "DROP FUNCTION cases_parts_within_guard CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("cases", "0022_green_precedence")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
