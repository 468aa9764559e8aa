"""Signatures and scans; what the database refuses stands in the .sql file beside."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
# The tables take their triggers along.
BACKWARD = "DROP FUNCTION cases_signed_guard CASCADE"


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0013_delivery"),
        ("windows", "0009_results"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Scan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("name", models.CharField(max_length=32)),
                ("media_type", models.CharField(max_length=20)),
                ("size", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "party",
                    models.CharField(
                        choices=[("handler", "handler"), ("applicant", "applicant")],
                        max_length=10,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("screen", "on the screen"), ("paper", "on paper")],
                        max_length=10,
                    ),
                ),
                ("copies", models.PositiveSmallIntegerField(default=0)),
                ("sealed", models.BinaryField(null=True)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="openedrecord",
            name="opened_what_is_known",
        ),
        migrations.AlterField(
            model_name="openedrecord",
            name="what",
            field=models.CharField(
                choices=[
                    ("applicant", "personal fields"),
                    ("export", "export of the ledger"),
                    ("paper", "a paper printed with the name"),
                    ("signature", "signatures on a paper"),
                    ("scan", "a scan"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="openedrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("what__in", ["applicant", "export", "paper", "signature", "scan"])
                ),
                name="opened_what_is_known",
            ),
        ),
        migrations.AddField(
            model_name="scan",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="scan",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="scans",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="scan",
            name="notice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="scans",
                to="cases.notice",
            ),
        ),
        migrations.AddField(
            model_name="signature",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="signature",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signatures",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="signature",
            name="notice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signatures",
                to="cases.notice",
            ),
        ),
        migrations.AddConstraint(
            model_name="scan",
            constraint=models.UniqueConstraint(fields=("name",), name="scan_name_once"),
        ),
        migrations.AddConstraint(
            model_name="scan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("digest__regex", "^[0-9a-f]{64}$"),
                    ("media_type__in", ["application/pdf", "image/jpeg", "image/png"]),
                    ("name__regex", "^[0-9a-f]{32}$"),
                    ("size__range", (1, 10485760)),
                ),
                name="scan_of_a_known_kind_and_size",
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.UniqueConstraint(
                fields=("notice", "party"), name="signature_once_per_party"
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("digest__regex", "^[0-9a-f]{64}$"),
                        ("sealed__isnull", False),
                        ("way", "screen"),
                    ),
                    models.Q(
                        ("digest", ""), ("sealed__isnull", True), ("way", "paper")
                    ),
                    _connector="OR",
                ),
                name="signature_drawn_or_on_paper",
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("copies", 0), ("party", "handler")),
                    models.Q(("copies__range", (1, 9)), ("party", "applicant")),
                    _connector="OR",
                ),
                name="signature_with_copies_for_the_applicant",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
