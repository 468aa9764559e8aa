"""Where a filled-in sample of a paper is (R1.01)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("windows", "0010_renewals"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalmaterial",
            name="sample",
            field=models.CharField(
                blank=True, max_length=300, verbose_name="where a filled-in sample is"
            ),
        ),
        migrations.AddField(
            model_name="material",
            name="sample",
            field=models.CharField(
                blank=True, max_length=300, verbose_name="where a filled-in sample is"
            ),
        ),
    ]
