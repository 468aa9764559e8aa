"""Each precedence is told by whichever of both came to it; guards in the .sql file."""

from pathlib import Path

from django.conf import settings
from django.db import migrations, models

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACKWARD = """
DROP TRIGGER chased ON cases_case;
DROP TRIGGER chased ON cases_greenchannel;
DROP FUNCTION cases_chaser_guard, cases_green_ahead, cases_take_turns;
DROP TRIGGER has_event ON cases_greenpass;
DROP FUNCTION cases_pass_has_event;
CREATE CONSTRAINT TRIGGER has_event AFTER INSERT OR UPDATE OR DELETE ON cases_greenpass
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION cases_has_event(at);
ALTER TABLE cases_greenpass ENABLE ALWAYS TRIGGER has_event;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0021_units_without_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="greenpass",
            name="is_later",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="greenpass",
            name="told_of",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(is_later=True, then=models.F("over_id")),
                    default=models.F("case_id"),
                ),
                output_field=models.BigIntegerField(),
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
