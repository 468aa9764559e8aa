-- Joint handling and life events (R1.13, R1.21, R2.60, R4.70 to R4.79).

-- A unit says something: agreeing may be short, conditions and objections may not.
ALTER TABLE cases_part ADD CONSTRAINT opinion_says_something
    CHECK (CASE opinion
        WHEN 'conditions' THEN hall_is_real_text(text)
        WHEN 'object' THEN hall_is_real_text(text) AND hall_is_real_reason(basis)
        ELSE true END);

ALTER TABLE cases_part ADD CONSTRAINT letter_of_a_unit_has_a_reference
    CHECK (letter = '' OR hall_names_something(letter));

-- A part is an item of the life event exactly where the case is about one, once, and
-- silence grants none: it is no opinion but a decision (R4.78).
ALTER TABLE cases_part ADD CONSTRAINT no_silence_grants_an_item
    CHECK (item_id IS NULL OR opinion <> 'silence');

ALTER TABLE cases_objection ADD CONSTRAINT objection_settled_for_a_reason
    CHECK (outcome IN ('', 'ended') OR hall_is_real_text(reason));

CREATE UNIQUE INDEX part_item_once ON cases_part (case_id, turn, item_id)
    WHERE item_id IS NOT NULL;

-- Who speaks for a unit --------------------------------------------------------------
--
-- Any of its own people, at any of its windows in the hall (R2.60, R4.70): the unit is the
-- department that was asked, whatever its windows became since. A letter is written down
-- only while nobody of it is there, by the lead or a supervisor.

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

-- Who is away on either day does not hold the case up.
CREATE FUNCTION cases_nobody_at(the_window bigint, day date) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM windows_posting p
        JOIN windows_clerk c ON c.id = p.clerk_id
        WHERE p.window_id = the_window AND c.is_active
        AND p.starts_on <= day AND coalesce(p.ends_on, 'infinity') > day
        AND NOT EXISTS (SELECT FROM windows_absence a WHERE a.clerk_id = p.clerk_id
            AND a.starts_on <= day + 1 AND a.ends_on >= day))
$$;

CREATE FUNCTION cases_speaks_for(part cases_part, clerk bigint, day date)
RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM windows_posting p
        JOIN windows_clerk c ON c.id = p.clerk_id
        WHERE p.window_id IN (SELECT cases_windows_of_unit(part, day, 1))
        AND p.clerk_id = clerk AND c.is_active
        AND p.starts_on <= day + 1 AND coalesce(p.ends_on, 'infinity') >= day)
$$;

CREATE FUNCTION cases_nobody_of(part cases_part, day date) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM cases_windows_of_unit(part, day, 0) AS w (id)
        WHERE NOT cases_nobody_at(w.id, day))
$$;

CREATE FUNCTION cases_writes_for_units(the_case bigint, clerk bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM cases_case k JOIN windows_clerk c ON c.id = clerk
        WHERE k.id = the_case AND (k.holder_id = c.id
            OR c.role = 'supervisor' AND c.is_active AND c.hall_id = k.hall_id))
$$;

-- Parts ------------------------------------------------------------------------------

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
            OR (OLD.starts_on IS NOT NULL
                AND NEW.starts_on IS DISTINCT FROM OLD.starts_on) THEN
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

CREATE TRIGGER forward BEFORE UPDATE ON cases_part
    FOR EACH ROW EXECUTE FUNCTION cases_part_forward();

-- When a part begins, until when, and who may answer it. After the row, so that all
-- parts of an acceptance are there. A later item of a life event begins also after a
-- refusal: each is decided by itself.
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
    -- Whether silence agrees is said when a unit is asked; a later word of the hall makes
    -- no consent of it, but may take it back.
    IF TG_OP = 'INSERT' AND NEW.silence_agrees AND (NEW.is_lead
            OR NEW.item_id IS NOT NULL OR NOT the_case.silence_agrees) THEN
        PERFORM hall_refuse('silence_agrees_only_as_the_hall_says',
            'silence is no opinion here');
    END IF;
    IF NOT answered THEN
        RETURN NULL;
    END IF;
    IF NEW.opinion = 'silence' THEN
        IF NOT NEW.silence_agrees OR NOT the_case.silence_agrees OR day < NEW.due_on
                OR NEW.answered_by_id <> the_case.holder_id THEN
            PERFORM hall_refuse('silence_agrees_only_as_the_hall_says',
                'silence is no opinion here, or not yet');
        END IF;
        -- So many working days are never over in fewer days of the calendar. Those that
        -- a holiday hides from this the action counts.
        IF NEW.due_on - NEW.starts_on < NEW.days THEN
            PERFORM hall_refuse('silence_agrees_after_all_its_days',
                'the end of the whole cut the days of this unit');
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

CREATE TRIGGER guard AFTER INSERT OR UPDATE ON cases_part
    FOR EACH ROW EXECUTE FUNCTION cases_part_guard();

-- No unit whose silence agrees is given fewer days, or the lead could make its consent.
CREATE FUNCTION cases_part_days_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM hall_refuse('no_consent_by_fewer_days',
        'the silence of this unit agrees, so it keeps its days');
    RETURN NEW;
END $$;

CREATE TRIGGER keeps_its_days BEFORE UPDATE ON cases_part FOR EACH ROW
    WHEN (NEW.days < OLD.days AND OLD.silence_agrees)
    EXECUTE FUNCTION cases_part_days_guard();

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

-- Objections and ends ----------------------------------------------------------------

-- A level opens when the one below has sent it up, and is settled by whoever may.
CREATE FUNCTION cases_objection_guard() RETURNS trigger LANGUAGE plpgsql
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
    -- Its day moves with the clock of its case alone, and never as it is settled.
    IF TG_OP = 'UPDATE' AND NEW.due_on <> OLD.due_on AND (NEW.outcome <> ''
            OR NOT EXISTS (SELECT FROM cases_clockstop WHERE case_id = NEW.case_id
                AND coalesce(resumed_at, at) >= NEW.opened_at)) THEN
        PERFORM hall_refuse('objection_day_moves_with_the_clock',
            'nothing has stopped the clock of this case');
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

CREATE TRIGGER guard AFTER INSERT OR UPDATE ON cases_objection
    FOR EACH ROW EXECUTE FUNCTION cases_objection_guard();

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

-- No case ends before its parts, but by the applicant or the law; each refusal stands
-- alone and is told by itself before. Of a life event the items of the lead's own unit
-- are decided too, and grants and refusals end together.
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
            AND ((told <> 'refusal' AND p.item_id IS NULL)
                OR NOT EXISTS (SELECT FROM cases_negativefiling f
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

CREATE TRIGGER parts_end BEFORE UPDATE ON cases_case FOR EACH ROW
    WHEN (NEW.final_answer_id IS NOT NULL
        AND NEW.final_answer_id IS DISTINCT FROM OLD.final_answer_id)
    EXECUTE FUNCTION cases_parts_end_guard();

-- Fifteen days are for several units together, ten for one (R1.20, R1.21), even if what
-- it decides is a life event.
CREATE FUNCTION cases_joint_extension_guard() RETURNS trigger
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

CREATE TRIGGER of_a_joint_case BEFORE INSERT ON cases_extension
    FOR EACH ROW EXECUTE FUNCTION cases_joint_extension_guard();

-- Life events (一件事) -----------------------------------------------------------------

-- A part is one of the items that the case keeps, and of the unit that answers for it.
CREATE FUNCTION cases_part_of_a_bundle() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    ours jsonb;
    the_lead bigint;
BEGIN
    SELECT c.bundled, i.department_id INTO ours, the_lead FROM cases_case c
        JOIN windows_serviceitem i ON i.id = c.item_id WHERE c.id = NEW.case_id;
    IF NOT coalesce(CASE WHEN NEW.item_id IS NULL THEN ours IS NULL
            ELSE ours @> jsonb_build_array(jsonb_build_object('item', NEW.item_id))
            END, false) THEN
        PERFORM hall_refuse('part_is_an_item_of_the_life_event',
            'it is no item of what was applied for');
    END IF;
    IF NEW.item_id IS NOT NULL AND NOT EXISTS (SELECT FROM windows_serviceitem
            WHERE id = NEW.item_id AND department_id = NEW.department_id
            AND NEW.is_lead = (department_id = the_lead)) THEN
        PERFORM hall_refuse('part_of_the_unit_of_its_item',
            'another unit answers for this item');
    END IF;
    IF NEW.item_id IS NOT NULL AND NOT ours @> jsonb_build_array(jsonb_build_object(
            'item', NEW.item_id,
            'law', jsonb_build_array(NEW.law_days, NEW.law_unit))) THEN
        PERFORM hall_refuse('part_within_the_law_of_its_item',
            'its limit is not the one that the case keeps');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER of_a_bundle AFTER INSERT ON cases_part
    FOR EACH ROW EXECUTE FUNCTION cases_part_of_a_bundle();

-- The items that a case of a life event keeps are those of the catalogue when its papers
-- came, with their limits (R1.20, R1.21); they stay, and each has its part.
CREATE FUNCTION cases_items_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.received_on IS NOT NULL THEN
            PERFORM hall_refuse('items_stay_after_the_receipt',
                'papers were received for other items');
            RETURN NULL;
        END IF;
    END IF;
    IF NEW.bundled IS DISTINCT FROM (
            SELECT jsonb_agg(jsonb_build_object(
                'item', b.member_id, 'parallel', b.is_parallel,
                'law', CASE WHEN m.statutory_days IS NOT NULL
                    THEN jsonb_build_array(m.statutory_days, m.statutory_unit)
                    ELSE jsonb_build_array(CASE WHEN EXISTS (SELECT FROM windows_step s
                        WHERE s.item_id = m.id AND s.department_id <> m.department_id)
                        THEN 45 ELSE 20 END, 'working') END,
                'promise', CASE m.handling WHEN 'spot'
                    THEN jsonb_build_array(0, 'working')
                    ELSE jsonb_build_array(m.promised_days, m.promised_unit) END)
                ORDER BY b.position, b.id)
            FROM windows_bundleditem b
            JOIN windows_serviceitem m ON m.id = b.member_id
            WHERE b.item_id = NEW.item_id AND m.state = 'published') THEN
        PERFORM hall_refuse('case_begins_with_the_items_offered',
            'these are not the items of the life event');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER items AFTER UPDATE ON cases_case FOR EACH ROW
    WHEN (NEW.bundled IS DISTINCT FROM OLD.bundled
        OR (NEW.received_on IS NOT NULL AND OLD.received_on IS NULL))
    EXECUTE FUNCTION cases_items_guard();

CREATE TRIGGER first_items AFTER INSERT ON cases_case FOR EACH ROW
    WHEN (NEW.received_on IS NOT NULL)
    EXECUTE FUNCTION cases_items_guard();

CREATE FUNCTION cases_each_item_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM cases_case c WHERE c.id = NEW.id
            AND c.accepted_on IS NOT NULL AND jsonb_array_length(c.bundled)
            <> (SELECT count(*) FROM cases_part p WHERE p.case_id = c.id
                AND p.turn = c.reopened AND p.item_id IS NOT NULL)) THEN
        PERFORM hall_refuse('each_item_has_its_part',
            'an item that was applied for is asked of nobody');
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER each_item AFTER INSERT OR UPDATE ON cases_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.accepted_on IS NOT NULL AND NEW.bundled IS NOT NULL)
    EXECUTE FUNCTION cases_each_item_guard();
