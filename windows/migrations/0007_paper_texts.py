"""What a hall puts on its papers: texts and the seal."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("windows", "0006_one_calendar_writer"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalPaperSeal",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("content", models.BinaryField()),
                (
                    "media_type",
                    models.CharField(max_length=20, verbose_name="kind of picture"),
                ),
                ("digest", models.CharField(max_length=64, verbose_name="fingerprint")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                        max_length=1,
                    ),
                ),
                (
                    "hall",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="windows.hall",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical seal",
                "verbose_name_plural": "historical seals",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPaperText",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(blank=True, max_length=12)),
                (
                    "heading",
                    models.CharField(
                        blank=True,
                        help_text="In place of the name of the hall.",
                        max_length=60,
                        verbose_name="heading",
                    ),
                ),
                (
                    "heading_en",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="heading in English"
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        blank=True,
                        help_text="In place of the usual name of the paper.",
                        max_length=30,
                        verbose_name="title of the paper",
                    ),
                ),
                (
                    "title_en",
                    models.CharField(
                        blank=True,
                        max_length=80,
                        verbose_name="title of the paper in English",
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        blank=True,
                        help_text="Above the signatures. What the law asks for stands there anyway.",
                        max_length=500,
                        verbose_name="standing text",
                    ),
                ),
                (
                    "text_en",
                    models.TextField(
                        blank=True,
                        max_length=1000,
                        verbose_name="standing text in English",
                    ),
                ),
                (
                    "footer",
                    models.CharField(blank=True, max_length=200, verbose_name="footer"),
                ),
                (
                    "footer_en",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="footer in English"
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                        max_length=1,
                    ),
                ),
                (
                    "hall",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="windows.hall",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical texts of a paper",
                "verbose_name_plural": "historical texts of papers",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="PaperSeal",
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
                ("content", models.BinaryField()),
                (
                    "media_type",
                    models.CharField(max_length=20, verbose_name="kind of picture"),
                ),
                ("digest", models.CharField(max_length=64, verbose_name="fingerprint")),
                (
                    "hall",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="windows.hall",
                    ),
                ),
            ],
            options={
                "verbose_name": "seal",
                "verbose_name_plural": "seals",
            },
        ),
        migrations.CreateModel(
            name="PaperText",
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
                ("kind", models.CharField(blank=True, max_length=12)),
                (
                    "heading",
                    models.CharField(
                        blank=True,
                        help_text="In place of the name of the hall.",
                        max_length=60,
                        verbose_name="heading",
                    ),
                ),
                (
                    "heading_en",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="heading in English"
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        blank=True,
                        help_text="In place of the usual name of the paper.",
                        max_length=30,
                        verbose_name="title of the paper",
                    ),
                ),
                (
                    "title_en",
                    models.CharField(
                        blank=True,
                        max_length=80,
                        verbose_name="title of the paper in English",
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        blank=True,
                        help_text="Above the signatures. What the law asks for stands there anyway.",
                        max_length=500,
                        verbose_name="standing text",
                    ),
                ),
                (
                    "text_en",
                    models.TextField(
                        blank=True,
                        max_length=1000,
                        verbose_name="standing text in English",
                    ),
                ),
                (
                    "footer",
                    models.CharField(blank=True, max_length=200, verbose_name="footer"),
                ),
                (
                    "footer_en",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="footer in English"
                    ),
                ),
                (
                    "hall",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="windows.hall",
                    ),
                ),
            ],
            options={
                "verbose_name": "texts of a paper",
                "verbose_name_plural": "texts of papers",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hall", "kind"),
                        name="paper_text_once_per_hall_and_kind",
                    )
                ],
            },
        ),
    ]
