-- A unit with nobody left at its window is heard by letter (R2.60, R4.70): the lead or
-- a supervisor writes it down. Days are those of UTC, so the day of the hall is `day` or
-- the one after it; who is away on either does not hold the case up.

CREATE FUNCTION cases_nobody_at(the_window bigint, day date) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM windows_posting p
        JOIN windows_clerk c ON c.id = p.clerk_id
        WHERE p.window_id = the_window AND c.is_active
        AND p.starts_on <= day AND coalesce(p.ends_on, 'infinity') > day
        AND NOT EXISTS (SELECT FROM windows_absence a WHERE a.clerk_id = p.clerk_id
            AND a.starts_on <= day + 1 AND a.ends_on >= day))
$$;

CREATE FUNCTION cases_writes_for_units(the_case bigint, clerk bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM cases_case k JOIN windows_clerk c ON c.id = clerk
        WHERE k.id = the_case AND (k.holder_id = c.id
            OR c.role = 'supervisor' AND c.is_active AND c.hall_id = k.hall_id))
$$;

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
            AND state <> 'answered') THEN
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

CREATE OR REPLACE FUNCTION cases_objection_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    part record;
    last record;
    holder bigint;
    day date;
BEGIN
    SELECT * INTO part FROM cases_part WHERE id = NEW.part_id;
    SELECT id, level, outcome INTO last FROM cases_objection
        WHERE part_id = NEW.part_id AND id < NEW.id ORDER BY id DESC LIMIT 1;
    IF TG_OP = 'INSERT' AND (part.case_id <> NEW.case_id OR part.opinion <> 'object'
            OR NOT coalesce(CASE WHEN NEW.level = 'lead' THEN last.id IS NULL
                ELSE NEW.level = CASE last.level WHEN 'lead' THEN 'committee'
                    ELSE 'government' END
                AND (last.outcome = 'up' OR last.outcome = 'stands'
                    AND EXISTS (SELECT FROM cases_negativefiling
                        WHERE part_id = NEW.part_id AND state = 'overruled'
                        AND decided_at = NEW.opened_at))
                END, false)) THEN
        PERFORM hall_refuse('objection_goes_up_level_by_level',
            'nobody below has sent it up, nor was its refusal overruled');
    END IF;
    IF NEW.settled_by_id IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT holder_id INTO holder FROM cases_case WHERE id = NEW.case_id;
    day := (NEW.settled_at AT TIME ZONE 'UTC')::date;
    IF NEW.level <> 'lead' AND NEW.outcome <> 'ended' THEN
        IF NEW.decided !~ '\S' OR NOT EXISTS (SELECT FROM windows_clerk
                WHERE id = NEW.settled_by_id AND role = 'supervisor' AND is_active) THEN
            PERFORM hall_refuse('objection_above_is_written_down_by_a_supervisor',
                'a supervisor writes down who decided');
        END IF;
    ELSIF NEW.outcome IN ('lifted', 'conditions') AND part.window_id IS NOT NULL
            AND NOT part.is_lead THEN
        IF NOT EXISTS (SELECT FROM windows_posting WHERE window_id = part.window_id
                AND clerk_id = NEW.settled_by_id
                AND starts_on <= day + 1 AND coalesce(ends_on, 'infinity') >= day)
                AND NOT (cases_nobody_at(part.window_id, day) AND NEW.decided ~ '\S'
                    AND cases_writes_for_units(NEW.case_id, NEW.settled_by_id)) THEN
            PERFORM hall_refuse('only_the_unit_lifts_its_objection',
                'the unit itself, the committee or the government lifts it');
        END IF;
    ELSIF NEW.settled_by_id <> holder THEN
        PERFORM hall_refuse('only_the_unit_lifts_its_objection',
            'the lead writes this down');
    END IF;
    RETURN NULL;
END $$;
