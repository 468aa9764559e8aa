-- A unit's refusal that is overruled opens its objection again, one level up, and
-- revives what fell away behind it (R3.35, R4.79); an open one ends with its case.

ALTER TABLE cases_objection DROP CONSTRAINT objection_settled_for_a_reason;
ALTER TABLE cases_objection ADD CONSTRAINT objection_settled_for_a_reason
    CHECK (outcome IN ('', 'ended') OR hall_is_real_text(reason));

CREATE OR REPLACE FUNCTION cases_part_forward() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    may_change text[] := ARRAY['state', 'ended_at'];
BEGIN
    IF OLD.answered_at IS NULL THEN
        may_change := may_change || ARRAY['days', 'starts_on', 'due_on', 'opinion',
            'text', 'basis', 'letter', 'answered_by_id', 'answered_at'];
    END IF;
    IF to_jsonb(NEW) - may_change <> to_jsonb(OLD) - may_change
            OR (OLD.starts_on IS NOT NULL AND NEW.starts_on IS DISTINCT FROM OLD.starts_on) THEN
        PERFORM hall_refuse('part_stays_as_it_was_asked',
            'what a unit was asked, and what it answered, never changes');
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
            ('pending', 'running'), ('pending', 'void'), ('running', 'answered'),
            ('running', 'objected'), ('running', 'void'), ('objected', 'answered'),
            ('objected', 'refused'), ('refused', 'objected'), ('void', 'pending')) THEN
        PERFORM hall_refuse('part_moves_forward', 'a part never goes back');
    END IF;
    RETURN NEW;
END $$;

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
            AND starts_on <= day + 1 AND coalesce(ends_on, 'infinity') >= day) THEN
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
                AND starts_on <= day + 1 AND coalesce(ends_on, 'infinity') >= day) THEN
            PERFORM hall_refuse('only_the_unit_lifts_its_objection',
                'the unit itself, the committee or the government lifts it');
        END IF;
    ELSIF NEW.settled_by_id <> holder THEN
        PERFORM hall_refuse('only_the_unit_lifts_its_objection',
            'the lead writes this down');
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION cases_objection_decides() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    part record;
    last text;
BEGIN
    SELECT * INTO part FROM cases_part
        WHERE id = (to_jsonb(NEW) ->> TG_ARGV[0])::bigint;
    IF part.opinion <> 'object' AND part.state NOT IN ('objected', 'refused') THEN
        RETURN NULL;
    END IF;
    SELECT outcome INTO last FROM cases_objection WHERE part_id = part.id
        ORDER BY id DESC LIMIT 1;
    IF part.opinion <> 'object' OR last IS NULL OR part.state <> (
            CASE last WHEN '' THEN 'objected' WHEN 'ended' THEN 'objected'
            WHEN 'stands' THEN 'refused' WHEN 'up' THEN 'nothing' ELSE 'answered' END) THEN
        PERFORM hall_refuse('objection_decides_its_part',
            'the part is not as its objection ended');
    END IF;
    IF last = 'ended' AND NOT EXISTS (SELECT FROM cases_case WHERE id = part.case_id
            AND (final_answer_id IS NOT NULL OR reopened > part.turn)) THEN
        PERFORM hall_refuse('objection_ends_with_its_case',
            'an objection ends by itself only when its case has ended');
    END IF;
    RETURN NULL;
END $$;
