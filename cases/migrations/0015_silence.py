"""Since when silence counts, with which limits, and papers that no item names."""

from pathlib import Path

from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from cases.lifecycle import State

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACKWARD = "DROP FUNCTION cases_item_guard CASCADE;"

# What waits to be told already: since its receipt, with the limits of today.
WAITING = """
ALTER TABLE cases_case DISABLE TRIGGER USER;
UPDATE cases_case c SET tell_from = received_on, limits = jsonb_build_object(
    'statutory_days', statutory_days, 'statutory_unit', statutory_unit,
    'promised_days', promised_days, 'promised_unit', promised_unit,
    'on_the_spot', handling = 'spot')
    FROM windows_serviceitem i WHERE i.id = c.item_id AND tell_by IS NOT NULL;
DO $$
DECLARE ours record;
BEGIN
    FOR ours IN SELECT tgname FROM pg_trigger
            WHERE tgrelid = 'cases_case'::regclass AND NOT tgisinternal LOOP
        EXECUTE format('ALTER TABLE cases_case ENABLE ALWAYS TRIGGER %I', ours.tgname);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0014_signatures"),
        ("windows", "0009_results"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="case", name="case_to_be_told_has_its_receipt"
        ),
        migrations.RemoveConstraint(
            model_name="case", name="case_due_before_silence_accepts_it"
        ),
        migrations.AddField(
            model_name="case", name="limits", field=models.JSONField(null=True)
        ),
        migrations.AddField(
            model_name="case", name="tell_from", field=models.DateField(null=True)
        ),
        migrations.AddField(
            model_name="casematerial",
            name="is_extra",
            field=models.BooleanField(default=False),
        ),
        migrations.RunSQL(WAITING, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=Q(tell_by__isnull=True)
                | Q(
                    received_on__isnull=False,
                    limits__isnull=False,
                    tell_from__isnull=False,
                    tell_by__gte=F("tell_from"),
                ),
                name="case_to_be_told_has_its_receipt",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=Q(tell_by__isnull=True)
                | ~Q(
                    state__in=[
                        State.ASKED,
                        State.NEGATIVE_FILED,
                        State.RAISED,
                        State.WAITING,
                    ]
                )
                | Q(due_on__lte=F("tell_by")),
                name="case_due_before_silence_accepts_it",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
