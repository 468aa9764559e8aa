-- No part is left due after the statutory day of the whole when that moves (R1.21).
-- At the commit, for the days of the parts move after those of the case.

CREATE FUNCTION cases_parts_within_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM cases_part p JOIN cases_case k ON k.id = p.case_id
            WHERE k.id = NEW.id AND p.turn = k.reopened AND p.state = 'running'
            AND p.due_on > greatest(k.statutory_due, p.starts_on)
            AND k.statutory_due IS NOT NULL) THEN
        PERFORM hall_refuse('part_due_within_the_whole',
            'no part is due after the statutory day of the whole');
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER parts_within AFTER UPDATE ON cases_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.statutory_due IS DISTINCT FROM OLD.statutory_due)
    EXECUTE FUNCTION cases_parts_within_guard();
ALTER TABLE cases_case ENABLE ALWAYS TRIGGER parts_within;
