"""References that name something; what a life event yields; in the .sql beside."""

from pathlib import Path

from django.db import migrations

FORWARD = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACKWARD = """
ALTER TABLE cases_delivery DROP CONSTRAINT delivery_names_carrier_and_proof;
ALTER TABLE cases_part DROP CONSTRAINT letter_of_a_unit_has_a_reference;
DROP FUNCTION hall_names_something;
CREATE OR REPLACE FUNCTION cases_grant_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM cases_case c JOIN windows_serviceitem i ON i.id = c.item_id
            WHERE c.id = NEW.case_id AND i.result <> 'nothing')
            AND NOT EXISTS (SELECT FROM cases_deadline WHERE case_id = NEW.case_id
                AND kind = 'delivery' AND set_at = NEW.at) THEN
        PERFORM hall_refuse('grant_has_its_day_of_delivery',
            'until when it is delivered is not said');
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0027_kept_items")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
