"""Life events: entries of the catalogue whose papers and limits are their items'."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("windows", "0012_joint_handling"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalserviceitem",
            name="is_bundle",
            field=models.BooleanField(
                default=False, editable=False, verbose_name="life event"
            ),
        ),
        migrations.AddField(
            model_name="serviceitem",
            name="is_bundle",
            field=models.BooleanField(
                default=False, editable=False, verbose_name="life event"
            ),
        ),
        migrations.CreateModel(
            name="HistoricalBundledItem",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="position"
                    ),
                ),
                (
                    "is_parallel",
                    models.BooleanField(
                        default=True, verbose_name="at the same time as the one before"
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
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="windows.serviceitem",
                        verbose_name="life event",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="windows.serviceitem",
                        verbose_name="item of the life event",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical item of the life event",
                "verbose_name_plural": "historical items of the life event",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSamePaper",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=300, verbose_name="paper")),
                (
                    "same_as",
                    models.CharField(max_length=300, verbose_name="is the same as"),
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
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="windows.serviceitem",
                        verbose_name="life event",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical same paper",
                "verbose_name_plural": "historical same papers",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="BundledItem",
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
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="position"
                    ),
                ),
                (
                    "is_parallel",
                    models.BooleanField(
                        default=True, verbose_name="at the same time as the one before"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bundled",
                        to="windows.serviceitem",
                        verbose_name="life event",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="part_of",
                        to="windows.serviceitem",
                        verbose_name="item of the life event",
                    ),
                ),
            ],
            options={
                "verbose_name": "item of the life event",
                "verbose_name_plural": "items of the life event",
                "ordering": ["item", "position", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "member"), name="item_once_per_life_event"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SamePaper",
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
                ("name", models.CharField(max_length=300, verbose_name="paper")),
                (
                    "same_as",
                    models.CharField(max_length=300, verbose_name="is the same as"),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="same_papers",
                        to="windows.serviceitem",
                        verbose_name="life event",
                    ),
                ),
            ],
            options={
                "verbose_name": "same paper",
                "verbose_name_plural": "same papers",
                "ordering": ["item", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "name"), name="same_paper_once_per_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("name", models.F("same_as")), _negated=True
                        ),
                        name="same_paper_is_another",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            """
-- A life event holds items and no life events; so no item is in itself either.
ALTER TABLE windows_serviceitem ADD CONSTRAINT item_and_kind UNIQUE (id, is_bundle);
ALTER TABLE windows_bundleditem
    ADD COLUMN of_a_bundle boolean GENERATED ALWAYS AS (true) STORED,
    ADD COLUMN in_a_bundle boolean GENERATED ALWAYS AS (false) STORED,
    ADD CONSTRAINT bundled_in_a_life_event FOREIGN KEY (item_id, of_a_bundle)
        REFERENCES windows_serviceitem (id, is_bundle),
    ADD CONSTRAINT no_life_event_within_another FOREIGN KEY (member_id, in_a_bundle)
        REFERENCES windows_serviceitem (id, is_bundle);
""",
            """
ALTER TABLE windows_bundleditem DROP COLUMN of_a_bundle, DROP COLUMN in_a_bundle;
ALTER TABLE windows_serviceitem DROP CONSTRAINT item_and_kind;
""",
        ),
    ]
