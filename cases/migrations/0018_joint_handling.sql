-- What the database refuses about joint handling (R1.13, R1.21, R4.70 to R4.79).

-- A unit says something: agreeing may be short, conditions and objections may not.
ALTER TABLE cases_part ADD CONSTRAINT opinion_says_something
    CHECK (CASE opinion
        WHEN 'conditions' THEN hall_is_real_text(text)
        WHEN 'object' THEN hall_is_real_text(text) AND hall_is_real_reason(basis)
        ELSE true END);

ALTER TABLE cases_part ADD CONSTRAINT opinion_from_outside_names_its_letter
    CHECK (opinion IN ('', 'silence') OR is_lead OR window_id IS NOT NULL
        OR letter ~ '\S');

ALTER TABLE cases_objection ADD CONSTRAINT objection_settled_for_a_reason
    CHECK (outcome = '' OR hall_is_real_text(reason));

-- What was asked stays; a part moves forward, and what was answered stays too.
CREATE FUNCTION cases_part_forward() RETURNS trigger LANGUAGE plpgsql
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
            ('objected', 'refused')) THEN
        PERFORM hall_refuse('part_moves_forward', 'a part never goes back');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER forward BEFORE UPDATE ON cases_part
    FOR EACH ROW EXECUTE FUNCTION cases_part_forward();

-- When a part begins, until when, and who may answer it. After the row, so that all
-- parts of an acceptance are there.
CREATE FUNCTION cases_part_guard() RETURNS trigger LANGUAGE plpgsql
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

CREATE TRIGGER guard AFTER INSERT OR UPDATE ON cases_part
    FOR EACH ROW EXECUTE FUNCTION cases_part_guard();

-- A level opens when the one below has sent it up, and is settled by whoever may.
CREATE FUNCTION cases_objection_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    part record;
    holder bigint;
    day date;
BEGIN
    SELECT * INTO part FROM cases_part WHERE id = NEW.part_id;
    IF TG_OP = 'INSERT' AND (part.case_id <> NEW.case_id OR part.opinion <> 'object'
            OR (NEW.level <> 'lead' AND NOT EXISTS (SELECT FROM cases_objection
                WHERE part_id = NEW.part_id AND outcome = 'up' AND level = CASE
                    NEW.level WHEN 'committee' THEN 'lead' ELSE 'committee' END))) THEN
        PERFORM hall_refuse('objection_goes_up_level_by_level',
            'nobody below has sent it up');
    END IF;
    IF NEW.settled_by_id IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT holder_id INTO holder FROM cases_case WHERE id = NEW.case_id;
    day := (NEW.settled_at AT TIME ZONE 'UTC')::date;
    IF NEW.level <> 'lead' THEN
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

CREATE TRIGGER guard AFTER INSERT OR UPDATE ON cases_objection
    FOR EACH ROW EXECUTE FUNCTION cases_objection_guard();
CREATE TRIGGER settled_once BEFORE UPDATE ON cases_objection
    FOR EACH ROW EXECUTE FUNCTION hall_settled_once('outcome', '', 'reason', 'decided',
        'settled_by_id', 'settled_at');

-- What became of an objection is what became of its part.
CREATE FUNCTION cases_objection_decides() RETURNS trigger LANGUAGE plpgsql
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
            CASE last WHEN '' THEN 'objected' WHEN 'stands' THEN 'refused'
            WHEN 'up' THEN 'nothing' ELSE 'answered' END) THEN
        PERFORM hall_refuse('objection_decides_its_part',
            'the part is not as its objection ended');
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER decides AFTER INSERT OR UPDATE ON cases_part
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION cases_objection_decides('id');
CREATE CONSTRAINT TRIGGER decides AFTER INSERT OR UPDATE ON cases_objection
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION cases_objection_decides('part_id');

-- The refusal of one unit rests on its objection that stands.
CREATE FUNCTION cases_unit_refusal_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.part_id IS NOT NULL AND NOT EXISTS (SELECT FROM cases_part
            WHERE id = NEW.part_id AND case_id = NEW.case_id AND state = 'refused') THEN
        PERFORM hall_refuse('unit_refusal_rests_on_its_objection',
            'no objection of that unit stands');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER of_a_unit BEFORE INSERT ON cases_negativefiling
    FOR EACH ROW EXECUTE FUNCTION cases_unit_refusal_guard();

-- No case ends before its parts, but by the applicant; and each refusal stands alone.
CREATE FUNCTION cases_parts_end_guard() RETURNS trigger LANGUAGE plpgsql
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
            AND (p.state = 'objected' OR (NOT p.is_lead
                AND p.state NOT IN ('answered', 'refused')
                AND NOT (p.state = 'void' AND EXISTS (SELECT FROM cases_part earlier
                    WHERE earlier.case_id = p.case_id AND earlier.turn = p.turn
                    AND earlier.stage < p.stage AND earlier.state = 'refused')))))
            THEN
        PERFORM hall_refuse('case_ends_after_its_parts', 'a unit has not answered');
    END IF;
    IF EXISTS (SELECT FROM cases_part p
            WHERE p.case_id = NEW.id AND p.turn = NEW.reopened AND p.state = 'refused'
            AND (told <> 'refusal' OR NOT EXISTS (SELECT FROM cases_negativefiling f
                JOIN cases_answer a ON a.filing_id = f.id WHERE f.part_id = p.id)))
            THEN
        PERFORM hall_refuse('each_refusal_stands_alone',
            'an objection that stands was not told as a refusal of its own');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER parts_end BEFORE UPDATE ON cases_case FOR EACH ROW
    WHEN (NEW.final_answer_id IS NOT NULL
        AND NEW.final_answer_id IS DISTINCT FROM OLD.final_answer_id)
    EXECUTE FUNCTION cases_parts_end_guard();

-- Fifteen days are for several units together, ten for one (R1.20, R1.21).
CREATE FUNCTION cases_joint_extension_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.days > 10 AND NOT EXISTS (SELECT FROM cases_part
            WHERE case_id = NEW.case_id) THEN
        PERFORM hall_refuse('long_extension_only_of_a_joint_case',
            'one unit alone is given ten days at most');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER of_a_joint_case BEFORE INSERT ON cases_extension
    FOR EACH ROW EXECUTE FUNCTION cases_joint_extension_guard();

DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT * FROM (VALUES
            ('cases_part', 'asked_at, answered_at, ended_at'),
            ('cases_objection', 'opened_at, settled_at')) AS t (name, dated) LOOP
        EXECUTE format('CREATE TRIGGER never_deleted BEFORE DELETE ON %I
            FOR EACH ROW EXECUTE FUNCTION hall_never_deleted()', found.name);
        EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION hall_never_deleted()', found.name);
        EXECUTE format('CREATE CONSTRAINT TRIGGER has_event
            AFTER INSERT OR UPDATE OR DELETE ON %I DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION cases_has_event(%s)', found.name,
            found.dated);
    END LOOP;
    FOR found IN SELECT tgrelid::regclass AS relation, tgname FROM pg_trigger
            WHERE NOT tgisinternal AND (tgrelid IN
                ('cases_part'::regclass, 'cases_objection'::regclass)
                OR tgname IN ('of_a_unit', 'parts_end', 'of_a_joint_case')) LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I',
            found.relation, found.tgname);
    END LOOP;
END $$;
