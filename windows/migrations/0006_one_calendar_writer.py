"""Who changes a calendar does it alone, so that its version never goes unnoticed.

The version of a calendar is the newest line of the history of both its tables. Two changes at the same
moment could be committed in another order than their lines were numbered, and a process
would keep the calendar that it had read in between. So the first locks out the second
until it is committed.
"""

from django.db import migrations

FORWARD = """
-- Both tables only ever gain lines, so their sum never repeats.
CREATE FUNCTION hall_calendar_version() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT max(history_id)
            FROM public.windows_historicalclosureday), 0)
        + coalesce((SELECT max(history_id)
            FROM public.windows_historicalcalendaryear), 0)
$$;
CREATE FUNCTION hall_one_calendar_writer() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock('windows_closureday'::regclass::oid::bigint);
    RETURN NULL;
END $$;
CREATE TRIGGER one_writer BEFORE INSERT OR UPDATE OR DELETE ON windows_closureday
    FOR EACH STATEMENT EXECUTE FUNCTION hall_one_calendar_writer();
CREATE TRIGGER one_writer BEFORE INSERT OR UPDATE OR DELETE ON windows_calendaryear
    FOR EACH STATEMENT EXECUTE FUNCTION hall_one_calendar_writer();
ALTER TABLE windows_closureday ENABLE ALWAYS TRIGGER one_writer;
ALTER TABLE windows_calendaryear ENABLE ALWAYS TRIGGER one_writer;
"""

BACKWARD = """
DROP TRIGGER one_writer ON windows_closureday;
DROP TRIGGER one_writer ON windows_calendaryear;
DROP FUNCTION hall_one_calendar_writer, hall_calendar_version;
"""


class Migration(migrations.Migration):
    dependencies = [("windows", "0005_parallel_steps")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
