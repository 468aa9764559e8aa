-- A unit speaks through any of its own people, at any of its windows in the hall (R2.60,
-- R4.70): the unit is the department that was asked, whatever its windows became since.
-- A letter is written down only while nobody of it is there, by the lead or a supervisor.

-- The windows of a unit are those of its department, and of those without one whichever
-- decides the item. Days are those of UTC, so the day of the hall is `day` or the one
-- after it: `slack` 1 takes what held on either, 0 only what held on both.
CREATE FUNCTION cases_windows_of_unit(part cases_part, day date, slack int)
RETURNS SETOF bigint LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT w.id FROM windows_window w
        JOIN cases_case k ON k.id = part.case_id AND k.hall_id = w.hall_id
        WHERE w.is_active AND (w.department_id = part.department_id
            OR w.department_id IS NULL AND EXISTS (SELECT FROM windows_responsibility r
                WHERE r.window_id = w.id AND r.item_id = part.item_id
                AND r.authority = 'decide' AND r.starts_on <= day + slack
                AND coalesce(r.ends_on, 'infinity') > day - slack))
$$;

CREATE FUNCTION cases_speaks_for(part cases_part, clerk bigint, day date)
RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM windows_posting
        WHERE window_id IN (SELECT cases_windows_of_unit(part, day, 1))
        AND clerk_id = clerk
        AND starts_on <= day + 1 AND coalesce(ends_on, 'infinity') >= day)
$$;

CREATE FUNCTION cases_nobody_of(part cases_part, day date) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM cases_windows_of_unit(part, day, 0) AS w (id)
        WHERE NOT cases_nobody_at(w.id, day))
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
    ELSIF NEW.is_lead AND NEW.item_id IS NULL THEN
        IF NEW.answered_by_id <> the_case.holder_id THEN
            PERFORM hall_refuse('opinion_by_the_unit', 'the lead writes this down');
        END IF;
    ELSIF NOT cases_speaks_for(NEW, NEW.answered_by_id, day)
            AND NOT (cases_nobody_of(NEW, day) AND NEW.letter ~ '\S'
                AND cases_writes_for_units(NEW.case_id, NEW.answered_by_id)) THEN
        PERFORM hall_refuse('opinion_by_the_unit', 'nobody of that unit said so');
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION cases_objection_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    part cases_part;
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
    ELSIF NEW.outcome IN ('lifted', 'conditions')
            AND NOT (part.is_lead AND part.item_id IS NULL) THEN
        IF NOT cases_speaks_for(part, NEW.settled_by_id, day)
                AND NOT (cases_nobody_of(part, day) AND NEW.decided ~ '\S'
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

-- Who speaks at a window that was opened later needs no letter; the guard above asks for
-- one of everybody else.
ALTER TABLE cases_part DROP CONSTRAINT opinion_from_outside_names_its_letter;

-- Where silence agrees no unit is given fewer days, or the lead could make its consent.
CREATE FUNCTION cases_part_days_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF (SELECT h.silence_agrees FROM cases_case k
            JOIN windows_hall h ON h.id = k.hall_id WHERE k.id = NEW.case_id) THEN
        PERFORM hall_refuse('no_consent_by_fewer_days',
            'silence agrees in this hall, so a unit keeps its days');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER keeps_its_days BEFORE UPDATE ON cases_part FOR EACH ROW
    WHEN (NEW.days < OLD.days AND NEW.item_id IS NULL AND NOT NEW.is_lead)
    EXECUTE FUNCTION cases_part_days_guard();
ALTER TABLE cases_part ENABLE ALWAYS TRIGGER keeps_its_days;

-- Fifteen days are for several units together, ten for one (R1.20, R1.21), even if what
-- it decides is a life event.
CREATE OR REPLACE FUNCTION cases_joint_extension_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.days > 10 AND NOT EXISTS (SELECT FROM cases_part p
            JOIN cases_case k ON k.id = p.case_id AND k.reopened = p.turn
            WHERE k.id = NEW.case_id
            HAVING count(DISTINCT p.department_id) > 1
                OR count(*) FILTER (WHERE p.item_id IS NULL) > 0) THEN
        PERFORM hall_refuse('long_extension_only_of_a_joint_case',
            'one unit alone is given ten days at most');
    END IF;
    RETURN NEW;
END $$;
