"""Any person of a unit speaks for it, at any of its windows (R2.60, R4.70)."""

from pathlib import Path

from django.db import migrations, models

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("cases", "0028_said_references")]

    operations = [
        migrations.RemoveIndex(model_name="part", name="part_asked_of_a_window"),
        migrations.AddIndex(
            model_name="part",
            index=models.Index(
                fields=["department", "due_on", "id"],
                name="part_asked_of_a_unit",
                condition=models.Q(state="running"),
            ),
        ),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
