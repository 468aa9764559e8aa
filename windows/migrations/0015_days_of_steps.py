"""How many days the steps of an item take together; those at the same time once."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION windows_steps_days(item bigint) RETURNS numeric LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(days), 0) FROM (
        SELECT max(days) AS days FROM (
            SELECT days, count(*) FILTER (WHERE NOT is_parallel)
                OVER (ORDER BY position, id) AS stage
            FROM windows_step WHERE item_id = item
        ) AS step GROUP BY stage
    ) AS stage
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("windows", "0014_days_of_a_step")]

    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION windows_steps_days;")]
