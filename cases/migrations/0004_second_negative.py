"""A case reopened after a refusal may need another negative; the first stays told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_sealed_guards")]

    operations = [
        migrations.RemoveConstraint(
            model_name="negativefiling",
            name="one_live_negative_filing_per_case",
        ),
        migrations.AddConstraint(
            model_name="negativefiling",
            constraint=models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(state="proposed"),
                name="one_proposed_negative_per_case",
            ),
        ),
    ]
