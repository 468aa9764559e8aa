-- What the database refuses about signatures and scans: a change, one without its event,
-- and one under a paper of another case.

CREATE FUNCTION cases_signed_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM cases_notice
            WHERE id = NEW.notice_id AND case_id = NEW.case_id) THEN
        PERFORM hall_refuse(TG_TABLE_NAME || '_of_a_paper_of_its_case',
            'the paper is of another case');
    END IF;
    RETURN NULL;
END $$;

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['cases_signature', 'cases_scan'] LOOP
        EXECUTE format('CREATE TRIGGER guard AFTER INSERT ON %I
            FOR EACH ROW EXECUTE FUNCTION cases_signed_guard()', name);
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I
            FOR EACH ROW EXECUTE FUNCTION hall_append_only()', name);
        EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION hall_append_only()', name);
        EXECUTE format('CREATE CONSTRAINT TRIGGER has_event
            AFTER INSERT OR UPDATE OR DELETE ON %I DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION cases_has_event(''at'')', name);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER guard,
            ENABLE ALWAYS TRIGGER append_only, ENABLE ALWAYS TRIGGER no_truncate,
            ENABLE ALWAYS TRIGGER has_event', name);
    END LOOP;
END $$;
