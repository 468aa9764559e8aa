"""The counter for limits loses nothing that matters in a crash: do not log it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("windows", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE windows_limitcounter SET UNLOGGED",
            "ALTER TABLE windows_limitcounter SET LOGGED",
        ),
    ]
