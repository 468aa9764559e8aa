-- What one-time notices lead to (R1.12, R2.23).

-- What a case waits for is settled while it waits: a notice may make more of it required.
DROP TRIGGER settled_once ON cases_casematerial;
CREATE TRIGGER settled_once BEFORE UPDATE ON cases_casematerial
    FOR EACH ROW EXECUTE FUNCTION hall_settled_once('received_at', '',
        'received_by_id', 'is_required');
ALTER TABLE cases_casematerial ENABLE ALWAYS TRIGGER settled_once;

ALTER TABLE cases_notice ADD CONSTRAINT second_notice_names_its_fault
    CHECK (NOT is_second OR hall_is_real_reason(second_reason));

-- A day of the hall begins before its day in UTC, so this is never stricter than it.
CREATE FUNCTION cases_lapse_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told jsonb;
BEGIN
    SELECT content INTO told FROM cases_notice
        WHERE case_id = NEW.case_id AND kind = 'one_time' ORDER BY id DESC LIMIT 1;
    IF told ->> 'if_late' IS DISTINCT FROM 'withdrawn'
            OR (NEW.at AT TIME ZONE 'UTC')::date
                < coalesce((told ->> 'bring_by')::date, 'infinity') THEN
        PERFORM hall_refuse('lapse_rests_on_its_notice',
            'nobody was told that it would count as withdrawn by then');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION cases_lapse_guard() SET search_path = public, pg_temp;

CREATE TRIGGER lapse BEFORE INSERT ON cases_answer
    FOR EACH ROW WHEN (NEW.kind = 'lapsed') EXECUTE FUNCTION cases_lapse_guard();
ALTER TABLE cases_answer ENABLE ALWAYS TRIGGER lapse;
