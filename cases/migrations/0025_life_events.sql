-- What the database refuses about life events (一件事): each item is decided by its own
-- unit, no refusal holds back the grants, and nothing ends before its parts.

-- A part is an item of the life event exactly where the case is about one, once, and
-- silence grants none: it is no opinion but a decision (R4.78).
ALTER TABLE cases_part ADD CONSTRAINT no_silence_grants_an_item
    CHECK (item_id IS NULL OR opinion <> 'silence');

CREATE UNIQUE INDEX part_item_once ON cases_part (case_id, turn, item_id)
    WHERE item_id IS NOT NULL;

CREATE FUNCTION cases_part_of_a_bundle() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    the_item bigint := (SELECT item_id FROM cases_case WHERE id = NEW.case_id);
BEGIN
    IF NOT (CASE WHEN NEW.item_id IS NULL
            THEN NOT EXISTS (SELECT FROM windows_serviceitem
                WHERE id = the_item AND is_bundle)
            ELSE EXISTS (SELECT FROM windows_bundleditem
                WHERE item_id = the_item AND member_id = NEW.item_id) END) THEN
        PERFORM hall_refuse('part_is_an_item_of_the_life_event',
            'it is no item of what was applied for');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER of_a_bundle AFTER INSERT ON cases_part
    FOR EACH ROW EXECUTE FUNCTION cases_part_of_a_bundle();
ALTER TABLE cases_part ENABLE ALWAYS TRIGGER of_a_bundle;

-- A later item begins also after a refusal: each is decided by itself.
CREATE OR REPLACE FUNCTION cases_part_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    the_case record;
    began boolean := NEW.starts_on IS NOT NULL;
    dated boolean := NEW.due_on IS NOT NULL;
    answered boolean := NEW.answered_at IS NOT NULL;
    day date := (NEW.answered_at AT TIME ZONE 'UTC')::date;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        began := began AND OLD.starts_on IS NULL;
        dated := dated AND NEW.due_on IS DISTINCT FROM OLD.due_on;
        answered := answered AND OLD.answered_at IS NULL;
    END IF;
    SELECT c.holder_id, c.statutory_due, h.silence_agrees INTO the_case
        FROM cases_case c JOIN windows_hall h ON h.id = c.hall_id
        WHERE c.id = NEW.case_id;
    IF began AND EXISTS (SELECT FROM cases_part
            WHERE case_id = NEW.case_id AND turn = NEW.turn AND stage < NEW.stage
            AND state <> 'answered'
            AND NOT (state = 'refused' AND item_id IS NOT NULL)) THEN
        PERFORM hall_refuse('serial_part_starts_on_the_earlier_result',
            'an earlier step is not done');
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.state = 'pending' AND OLD.state = 'void'
            AND (NEW.ended_at IS NOT NULL OR NOT EXISTS (SELECT FROM cases_part
                WHERE case_id = NEW.case_id AND turn = NEW.turn AND stage < NEW.stage
                AND state = 'objected')) THEN
        PERFORM hall_refuse('part_revived_with_its_objection',
            'no objection before it is open again');
    END IF;
    IF dated AND NEW.due_on > greatest(the_case.statutory_due, NEW.starts_on)
            AND the_case.statutory_due IS NOT NULL THEN
        PERFORM hall_refuse('part_due_within_the_whole',
            'no part is due after the statutory day of the whole');
    END IF;
    IF NOT answered THEN
        RETURN NULL;
    END IF;
    IF NEW.opinion = 'silence' THEN
        IF NEW.is_lead OR NOT the_case.silence_agrees OR day < NEW.due_on
                OR NEW.answered_by_id <> the_case.holder_id THEN
            PERFORM hall_refuse('silence_agrees_only_as_the_hall_says',
                'silence is no opinion here, or not yet');
        END IF;
    ELSIF NEW.is_lead OR NEW.window_id IS NULL THEN
        IF NEW.answered_by_id <> the_case.holder_id THEN
            PERFORM hall_refuse('opinion_by_the_unit', 'the lead writes this down');
        END IF;
    ELSIF NOT EXISTS (SELECT FROM windows_posting
            WHERE window_id = NEW.window_id AND clerk_id = NEW.answered_by_id
            AND starts_on <= day + 1 AND coalesce(ends_on, 'infinity') >= day)
            AND NOT (cases_nobody_at(NEW.window_id, day) AND NEW.letter ~ '\S'
                AND cases_writes_for_units(NEW.case_id, NEW.answered_by_id)) THEN
        PERFORM hall_refuse('opinion_by_the_unit', 'nobody of that window said so');
    END IF;
    RETURN NULL;
END $$;

-- Each item of the lead's own unit is decided too; grants and refusals end together,
-- each refusal told by itself before.
CREATE OR REPLACE FUNCTION cases_parts_end_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    told text;
    day date;
BEGIN
    SELECT kind, (at AT TIME ZONE 'UTC')::date INTO told, day
        FROM cases_answer WHERE id = NEW.final_answer_id;
    -- What the law has renewed waits for no unit (R1.27).
    IF told IN ('withdrawn', 'lapsed')
            OR (told = 'granted' AND NEW.renews_after <= day) THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT FROM cases_part p
            WHERE p.case_id = NEW.id AND p.turn = NEW.reopened
            AND (p.state = 'objected' OR (NOT (p.is_lead AND p.item_id IS NULL)
                AND p.state NOT IN ('answered', 'refused')
                AND NOT (p.state = 'void' AND EXISTS (SELECT FROM cases_part earlier
                    WHERE earlier.case_id = p.case_id AND earlier.turn = p.turn
                    AND earlier.stage < p.stage AND earlier.state = 'refused')))))
            THEN
        PERFORM hall_refuse('case_ends_after_its_parts', 'a unit has not answered');
    END IF;
    IF EXISTS (SELECT FROM cases_part p
            WHERE p.case_id = NEW.id AND p.turn = NEW.reopened AND p.state = 'refused'
            AND ((told <> 'refusal' AND p.item_id IS NULL) OR NOT EXISTS (SELECT FROM cases_negativefiling f
                JOIN cases_answer a ON a.filing_id = f.id WHERE f.part_id = p.id)))
            THEN
        PERFORM hall_refuse('each_refusal_stands_alone',
            'an objection that stands was not told as a refusal of its own');
    END IF;
    -- Of a life event something was granted, or else all of it was refused.
    IF EXISTS (SELECT FROM cases_part p WHERE p.case_id = NEW.id
            AND p.turn = NEW.reopened AND p.item_id IS NOT NULL)
            AND told <> (SELECT CASE WHEN bool_or(p.state = 'answered')
                THEN 'granted' ELSE 'refusal' END FROM cases_part p
                WHERE p.case_id = NEW.id AND p.turn = NEW.reopened) THEN
        PERFORM hall_refuse('each_item_ends_as_its_unit_decided',
            'the answer does not say what the units have decided');
    END IF;
    RETURN NEW;
END $$;
