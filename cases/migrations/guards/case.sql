-- The case from its beginning to its end: its origin never changes, its end has an answer
-- of its own, and no negative is told that nobody approved.

CREATE UNIQUE INDEX filing_approved ON cases_negativefiling (id, approved_case);

CREATE UNIQUE INDEX answer_case ON cases_answer (id, case_id);

ALTER TABLE cases_answer ADD CONSTRAINT refusal_rests_on_an_approved_filing
    FOREIGN KEY (filing_id, case_id)
    REFERENCES cases_negativefiling (id, approved_case)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_case ADD CONSTRAINT final_answer_is_of_this_case
    FOREIGN KEY (final_answer_id, id) REFERENCES cases_answer (id, case_id)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_answer ADD CONSTRAINT answer_has_a_real_text
    CHECK (hall_is_real_text(text));

ALTER TABLE cases_answer ADD CONSTRAINT answer_refusal_is_complete
    CHECK (kind <> 'refusal' OR (filing_id IS NOT NULL AND hall_is_real_reason(basis)
        AND hall_is_real_text(other_way) AND hall_is_real_text(remedies)));

ALTER TABLE cases_negativefiling ADD CONSTRAINT filing_is_complete
    CHECK (hall_is_real_text(reason) AND hall_is_real_reason(basis)
        AND hall_is_real_text(made_possible_by) AND hall_is_real_text(other_way)
        AND hall_is_real_text(remedies));

-- The case: where it began never changes; its head is written by events only ---------
CREATE FUNCTION cases_case_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    in_the_end text[] := ARRAY['head_seq', 'head_hash', 'head_transaction',
        'changed_at', 'code_hash', 'salt'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.head_seq IS DISTINCT FROM 0 OR NEW.head_transaction IS DISTINCT FROM 0
                OR NEW.head_hash IS DISTINCT FROM decode(repeat('00', 32), 'hex') THEN
            PERFORM hall_refuse('case_head_written_by_events_only',
                'a new case has no history yet');
        END IF;
        IF NEW.state IS DISTINCT FROM 'asked' THEN
            PERFORM hall_refuse('case_begins_asked', 'a case begins at the desk');
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.hall_id, NEW.channel, NEW.opened_at,
        NEW.first_responder_id, NEW.first_window_id) IS DISTINCT FROM
       (OLD.id, OLD.hall_id, OLD.channel, OLD.opened_at,
        OLD.first_responder_id, OLD.first_window_id) THEN
        PERFORM hall_refuse('case_origin_never_changes',
            'number, hall, channel, first responder and opening time stay');
    END IF;
    IF (NEW.head_seq, NEW.head_hash, NEW.head_transaction, NEW.changed_at)
            IS DISTINCT FROM
       (OLD.head_seq, OLD.head_hash, OLD.head_transaction, OLD.changed_at)
            AND NOT (NEW.head_transaction = pg_current_xact_id()::text::bigint
                AND EXISTS (SELECT FROM cases_caseevent
                    WHERE case_id = NEW.id AND seq = NEW.head_seq
                    AND seq = OLD.head_seq + 1 AND prev_hash = OLD.head_hash
                    AND hash = NEW.head_hash AND at = NEW.changed_at)) THEN
        PERFORM hall_refuse('case_head_written_by_events_only',
            'the head of the history is written by its events');
    END IF;
    IF OLD.has_contact AND NEW.has_contact IS DISTINCT FROM true THEN
        PERFORM hall_refuse('case_contact_is_not_forgotten',
            'who can be called back is called back');
    END IF;
    IF OLD.state = 'closed'
            AND to_jsonb(NEW) - in_the_end <> to_jsonb(OLD) - in_the_end THEN
        PERFORM hall_refuse('closed_case_stays_closed', 'the case is closed');
    END IF;
    IF NEW.state = 'closed' AND OLD.state <> 'closed' THEN
        -- A call from before a reopening does not count, nor one that reopened.
        IF NEW.close_rule = 'called_back' AND NOT EXISTS (
                SELECT FROM cases_followup call JOIN cases_answer answer
                    ON answer.id = NEW.final_answer_id AND call.at >= answer.at
                WHERE call.case_id = NEW.id AND call.outcome <> 'unsatisfied') THEN
            PERFORM hall_refuse('case_closed_after_its_call_back',
                'nobody has called back');
        END IF;
        IF NEW.close_rule = 'withdrawn' AND NOT EXISTS (
                SELECT FROM cases_answer
                WHERE id = NEW.final_answer_id AND kind = 'withdrawn') THEN
            PERFORM hall_refuse('case_closed_as_withdrawn_by_the_applicant',
                'the applicant has not withdrawn');
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON cases_case
    FOR EACH ROW EXECUTE FUNCTION cases_case_guard();

-- An end needs its own answer, and only a supervisor's appointment takes it back -----
CREATE FUNCTION cases_end_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    now_there record;
BEGIN
    SELECT final_answer_id, changed_at INTO now_there
        FROM cases_case WHERE id = NEW.id;
    IF now_there.final_answer_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM cases_answer WHERE id = now_there.final_answer_id
            AND at = now_there.changed_at) THEN
        PERFORM hall_refuse('case_ends_with_a_new_answer',
            'what was told before does not end the case again');
    END IF;
    IF now_there.final_answer_id IS NULL AND NOT EXISTS (
            SELECT FROM cases_assignment WHERE case_id = NEW.id
            AND basis = 'reopening' AND since = now_there.changed_at) THEN
        PERFORM hall_refuse('case_reopened_by_an_appointment',
            'a supervisor names who answers for a reopened case');
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER end_guard AFTER UPDATE ON cases_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.final_answer_id IS DISTINCT FROM OLD.final_answer_id)
    EXECUTE FUNCTION cases_end_guard();

CREATE FUNCTION cases_filing_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF (to_jsonb(NEW) - ARRAY['state', 'decided_by_id', 'decided_at',
            'decision_reason', 'approved_case'])
            IS DISTINCT FROM
       (to_jsonb(OLD) - ARRAY['state', 'decided_by_id', 'decided_at',
            'decision_reason', 'approved_case']) THEN
        PERFORM hall_refuse('filing_content_never_changes',
            'a filed negative never changes in content');
    END IF;
    IF OLD.state <> 'proposed'
            AND NOT (OLD.state = 'approved' AND NEW.state = 'dropped'
                AND (NEW.decided_by_id, NEW.decided_at, NEW.decision_reason)
                    IS NOT DISTINCT FROM
                    (OLD.decided_by_id, OLD.decided_at, OLD.decision_reason)) THEN
        PERFORM hall_refuse('filing_decided_once', 'the filing has been decided');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard BEFORE UPDATE ON cases_negativefiling
    FOR EACH ROW EXECUTE FUNCTION cases_filing_guard();

-- Who calls back never handled the case, nor decided a negative of it (R4.40) --------
CREATE FUNCTION cases_follow_up_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    -- Lock first: a span that begins at the same moment must be seen.
    PERFORM FROM cases_case WHERE id = NEW.case_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM cases_assignment
            WHERE case_id = NEW.case_id AND clerk_id = NEW.by_id)
            OR EXISTS (SELECT FROM cases_negativefiling
            WHERE case_id = NEW.case_id AND decided_by_id = NEW.by_id) THEN
        PERFORM hall_refuse('follow_up_not_by_a_handler',
            'whoever handled the case does not call back');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard BEFORE INSERT ON cases_followup
    FOR EACH ROW EXECUTE FUNCTION cases_follow_up_guard();
