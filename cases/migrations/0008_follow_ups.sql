-- Acceptance with minor omissions: what follows by its day (R2.30 to R2.33).

DROP TRIGGER settled_once ON cases_casematerial;
CREATE TRIGGER settled_once BEFORE UPDATE ON cases_casematerial
    FOR EACH ROW EXECUTE FUNCTION hall_settled_once('received_at', '',
        'received_by_id', 'is_required', 'follow_by');
ALTER TABLE cases_casematerial ENABLE ALWAYS TRIGGER settled_once;

-- A case lapses also by a commitment to bring the rest, if that said so.
CREATE OR REPLACE FUNCTION cases_lapse_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told jsonb;
BEGIN
    SELECT content INTO told FROM cases_notice
        WHERE case_id = NEW.case_id AND kind IN ('one_time', 'omission')
        ORDER BY id DESC LIMIT 1;
    IF told ->> 'if_late' IS DISTINCT FROM 'withdrawn'
            OR (NEW.at AT TIME ZONE 'UTC')::date
                < coalesce((told ->> 'bring_by')::date, 'infinity') THEN
        PERFORM hall_refuse('lapse_rests_on_its_notice',
            'nobody was told that it would count as withdrawn by then');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION cases_lapse_guard() SET search_path = public, pg_temp;
