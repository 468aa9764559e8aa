"""What a grant of an item yields, so that it is delivered (R1.23)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("windows", "0008_green_channel"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalserviceitem",
            name="result",
            field=models.CharField(
                blank=True,
                choices=[
                    ("certificate", "a certificate or licence"),
                    ("document", "a written approval"),
                    ("other", "something else to hand over"),
                    ("nothing", "nothing to hand over"),
                ],
                help_text="Delivered within 10 working days of the grant (R1.23), also if nothing is said here.",
                max_length=12,
                verbose_name="what a grant yields",
            ),
        ),
        migrations.AddField(
            model_name="serviceitem",
            name="result",
            field=models.CharField(
                blank=True,
                choices=[
                    ("certificate", "a certificate or licence"),
                    ("document", "a written approval"),
                    ("other", "something else to hand over"),
                    ("nothing", "nothing to hand over"),
                ],
                help_text="Delivered within 10 working days of the grant (R1.23), also if nothing is said here.",
                max_length=12,
                verbose_name="what a grant yields",
            ),
        ),
    ]
