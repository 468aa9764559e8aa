"""More that the database refuses about clocks; the guards are in the .sql file beside."""

from pathlib import Path

from django.db import migrations

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")

BACKWARD = """
ALTER TABLE cases_clockstop DROP CONSTRAINT stop_for_a_reason;
ALTER TABLE cases_extension DROP CONSTRAINT extension_by_a_head_for_a_reason;
ALTER TABLE cases_calendarrelease DROP CONSTRAINT calendar_released_for_a_reason;
ALTER TABLE cases_deadline DROP CONSTRAINT deadline_counted_in_days;
ALTER TABLE cases_case DROP CONSTRAINT case_told_no_longer_waits;
DROP TRIGGER never_deleted ON cases_papernumber;
DROP TRIGGER no_truncate ON cases_papernumber;
DROP FUNCTION cases_stop_guard, cases_extension_guard, cases_material_guard,
    cases_paper_place_guard, cases_number_guard, cases_number_has_paper,
    cases_release_guard, cases_told_guard CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0009_papers"),
        ("windows", "0006_one_calendar_writer"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="clockstop", name="stop_for_a_reason"),
        migrations.RemoveConstraint(
            model_name="extension", name="extension_by_a_head_for_a_reason"
        ),
        migrations.RemoveConstraint(
            model_name="calendarrelease", name="calendar_released_for_a_reason"
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
