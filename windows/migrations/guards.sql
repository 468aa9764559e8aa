-- The counter for limits loses nothing that matters in a crash: do not log it.
ALTER TABLE windows_limitcounter SET UNLOGGED;

-- Who changes a calendar does it alone (R9.14). Its version is the newest line of the history
-- of both its tables; two changes at the same moment could be committed in another order
-- than their lines were numbered, and a process would keep the calendar that it had read in
-- between. So the first locks out the second until it is committed.

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

-- How many days the steps of an item take together; those at the same time once.
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

-- A life event holds items and no life events; so no item is in itself either.
ALTER TABLE windows_serviceitem ADD CONSTRAINT item_and_kind UNIQUE (id, is_bundle);
ALTER TABLE windows_bundleditem
    ADD COLUMN of_a_bundle boolean GENERATED ALWAYS AS (true) STORED,
    ADD COLUMN in_a_bundle boolean GENERATED ALWAYS AS (false) STORED,
    ADD CONSTRAINT bundled_in_a_life_event FOREIGN KEY (item_id, of_a_bundle)
        REFERENCES windows_serviceitem (id, is_bundle),
    ADD CONSTRAINT no_life_event_within_another FOREIGN KEY (member_id, in_a_bundle)
        REFERENCES windows_serviceitem (id, is_bundle);
