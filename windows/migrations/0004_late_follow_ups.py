"""What it means that papers that may follow do not follow in time, by hall."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("windows", "0003_late_papers"),
    ]

    operations = [
        migrations.AddField(
            model_name="hall",
            name="late_follow_ups",
            field=models.CharField(
                choices=[
                    ("kept", "the application stays open"),
                    ("withdrawn", "the application counts as withdrawn"),
                    ("refused", "a refusal is proposed"),
                ],
                default="kept",
                help_text="Local rules differ; it stands on the omission notice.",
                max_length=10,
                verbose_name="if papers that may follow do not follow in time",
            ),
        ),
        migrations.AddField(
            model_name="historicalhall",
            name="late_follow_ups",
            field=models.CharField(
                choices=[
                    ("kept", "the application stays open"),
                    ("withdrawn", "the application counts as withdrawn"),
                    ("refused", "a refusal is proposed"),
                ],
                default="kept",
                help_text="Local rules differ; it stands on the omission notice.",
                max_length=10,
                verbose_name="if papers that may follow do not follow in time",
            ),
        ),
    ]
