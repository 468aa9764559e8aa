"""Papers that are still to follow are found by their own index."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0018_joint_handling"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="casematerial",
            index=models.Index(
                condition=models.Q(
                    ("follow_by__isnull", False), ("received_at__isnull", True)
                ),
                fields=["case"],
                name="material_to_follow",
            ),
        ),
    ]
