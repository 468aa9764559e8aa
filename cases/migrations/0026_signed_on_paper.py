"""What is signed by hand was printed before; the guard is in the .sql file beside."""

from pathlib import Path

from django.db import migrations

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACKWARD = """
DROP TRIGGER printed ON cases_signature;
DROP TRIGGER printed ON cases_scan;
DROP FUNCTION cases_printed_guard;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0025_life_events")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
