"""Whoever acts for another is known by name and paper (R1.03)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_late_papers"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="applicant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("agent_identity_sealed__isnull", False),
                        ("agent_name_sealed__isnull", False),
                    ),
                    models.Q(
                        ("agent_identity_sealed__isnull", True),
                        ("agent_name_sealed__isnull", True),
                        ("agent_telephone_sealed__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="agent_is_known",
            ),
        ),
    ]
