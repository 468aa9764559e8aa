"""The history of texts and seals is as lasting as every other."""

from django.db import migrations

# In a new database 0002 has seen these tables already.
FORWARD = """
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION hall_append_only();
CREATE OR REPLACE TRIGGER no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION hall_append_only();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER no_truncate;
"""
BACKWARD = """
DROP TRIGGER IF EXISTS append_only ON {table};
DROP TRIGGER IF EXISTS no_truncate ON {table};
"""
TABLES = ("windows_historicalpaperseal", "windows_historicalpapertext")


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0010_clock_guards"),
        ("windows", "0007_paper_texts"),
    ]

    operations = [
        migrations.RunSQL(FORWARD.format(table=table), BACKWARD.format(table=table))
        for table in TABLES
    ]
