"""Renewals that the law makes by silence; guards in the .sql file beside."""

from pathlib import Path

from django.conf import settings
from django.db import migrations, models

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACKWARD = """
DROP TRIGGER expiry ON cases_case;
DROP FUNCTION cases_expiry_guard;
DROP TRIGGER renewed ON cases_answer;
DROP FUNCTION cases_renewal_guard;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0015_silence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="expires_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="renews_after",
            field=models.DateField(null=True),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("renews_after__isnull", False)),
                fields=["hall", "renews_after", "id"],
                name="case_to_renew",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("renews_after__isnull", True),
                    models.Q(
                        ("expires_on__isnull", False),
                        ("received_on__isnull", False),
                        ("renews_after", models.F("expires_on")),
                        ("renews_after__gt", models.F("received_on")),
                    ),
                    _connector="OR",
                ),
                name="case_renews_after_its_expiry",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("renews_after__isnull", True),
                    ("reopened__gt", 0),
                    models.Q(
                        (
                            "state__in",
                            [
                                "accepted",
                                "asked",
                                "negative_filed",
                                "raised",
                                "waiting",
                            ],
                        ),
                        _negated=True,
                    ),
                    models.Q(("accepted_on__isnull", True), ("tell_by__isnull", True)),
                    ("due_on__lte", models.F("renews_after")),
                    _connector="OR",
                ),
                name="case_due_before_the_law_renews_it",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
