"""What the database refuses about the configuration; see guards.sql beside."""

from pathlib import Path

from django.db import migrations

GUARDS = Path(__file__).with_name("guards.sql")


class Migration(migrations.Migration):
    dependencies = [("windows", "0001_initial")]

    operations = [migrations.RunSQL(GUARDS.read_text(encoding="utf-8"))]
