"""Life events: what a paper serves, which item a part is; guards in the .sql beside."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")

BACKWARD = "DROP FUNCTION cases_part_of_a_bundle CASCADE;"

# In a new database 0002 has seen these tables already.
LASTING = """
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION hall_append_only();
CREATE OR REPLACE TRIGGER no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION hall_append_only();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER no_truncate;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0024_proved_delivery"),
        ("windows", "0013_life_events"),
    ]

    operations = [
        migrations.AddField(
            model_name="casematerial",
            name="serves",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="part",
            name="item",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="windows.serviceitem",
            ),
        ),
        migrations.AlterField(
            model_name="casematerial",
            name="how_to_get",
            field=models.CharField(blank=True, max_length=8000),
        ),
        migrations.AlterField(
            model_name="casematerial",
            name="standard",
            field=models.CharField(blank=True, max_length=8000),
        ),
        migrations.AlterField(
            model_name="part",
            name="name",
            field=models.CharField(max_length=300),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        *(
            migrations.RunSQL(LASTING.format(table=table), migrations.RunSQL.noop)
            for table in (
                "windows_historicalbundleditem",
                "windows_historicalsamepaper",
            )
        ),
    ]
