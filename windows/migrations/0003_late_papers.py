"""What it means that papers asked for once do not come in time, by hall."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("windows", "0002_online_days"),
    ]

    operations = [
        migrations.AddField(
            model_name="hall",
            name="late_papers",
            field=models.CharField(
                choices=[
                    ("kept", "the application stays open"),
                    ("withdrawn", "the application counts as withdrawn"),
                    ("refused", "a refusal is proposed"),
                ],
                default="kept",
                help_text="Local rules differ; it stands on the one-time notice.",
                max_length=10,
                verbose_name="if missing papers are not brought in time",
            ),
        ),
        migrations.AddField(
            model_name="historicalhall",
            name="late_papers",
            field=models.CharField(
                choices=[
                    ("kept", "the application stays open"),
                    ("withdrawn", "the application counts as withdrawn"),
                    ("refused", "a refusal is proposed"),
                ],
                default="kept",
                help_text="Local rules differ; it stands on the one-time notice.",
                max_length=10,
                verbose_name="if missing papers are not brought in time",
            ),
        ),
    ]
