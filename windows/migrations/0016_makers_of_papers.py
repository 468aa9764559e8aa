"""Which item of a life event makes a paper that is not asked for."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("windows", "0015_days_of_steps"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalsamepaper",
            name="made_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="windows.serviceitem",
                verbose_name="item that makes it",
            ),
        ),
        migrations.AddField(
            model_name="samepaper",
            name="made_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="windows.serviceitem",
                verbose_name="item that makes it",
            ),
        ),
    ]
