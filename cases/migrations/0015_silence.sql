-- What the database refuses about silence, and about what a case lapses for.

-- A case lapses as its last notice said, for the want of a paper that its item names:
-- of any other only one person has said that it is needed (R2.10, R2.23, R2.32).
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
    IF NOT EXISTS (SELECT FROM cases_casematerial WHERE case_id = NEW.case_id
            AND is_required AND received_at IS NULL AND NOT is_extra) THEN
        PERFORM hall_refuse('lapse_for_a_paper_of_the_item',
            'nothing that the item names is missing');
    END IF;
    RETURN NEW;
END $$;
ALTER FUNCTION cases_lapse_guard() SET search_path = public, pg_temp;

-- What was applied for stays what it is: silence counts with its limits (R1.07).
CREATE FUNCTION cases_item_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM hall_refuse('item_stays_after_its_receipt', 'papers were received for it');
    RETURN NULL;
END $$;

CREATE TRIGGER item AFTER UPDATE ON cases_case FOR EACH ROW
    WHEN (NEW.item_id IS DISTINCT FROM OLD.item_id AND OLD.received_on IS NOT NULL)
    EXECUTE FUNCTION cases_item_guard();
ALTER TABLE cases_case ENABLE ALWAYS TRIGGER item;
