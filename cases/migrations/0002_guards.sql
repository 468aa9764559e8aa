-- What the database itself refuses. Each rule has a name, and the attack that must
-- meet it stands under that name in tests/test_guards.py.
--
-- Three kinds of guard: composite foreign keys over generated columns for "at least
-- one, and it matches"; CHECKs with functions; triggers only for what needs OLD and
-- NEW, the clock, or append-only. Triggers are ENABLE ALWAYS so that they also hold
-- for a session in replica mode.

CREATE SEQUENCE cases_case_seq;
CREATE SEQUENCE cases_span_seq;
CREATE SEQUENCE cases_answer_seq;

-- The hall's clock ------------------------------------------------------------------

INSERT INTO cases_clock (id, "offset") VALUES (1, interval '0');

CREATE FUNCTION hall_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT clock_timestamp()
         + coalesce((SELECT "offset" FROM cases_clock WHERE id = 1), interval '0')
$$;

-- A text that says something: letters and Han characters, counted without a locale ---

CREATE FUNCTION hall_letters(words text) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
    SELECT length(regexp_replace(coalesce(words, ''),
        '[^A-Za-zÀ-ÖØ-öø-ɏ㐀-䶿一-鿿豈-﫿]', '', 'g'))
$$;

CREATE FUNCTION hall_different_letters(words text) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
    SELECT count(DISTINCT letter)::integer FROM regexp_split_to_table(
        regexp_replace(coalesce(words, ''),
            '[^A-Za-zÀ-ÖØ-öø-ɏ㐀-䶿一-鿿豈-﫿]', '', 'g'), '') AS letter
    WHERE letter <> ''
$$;

-- What the citizen is told or a question asks; and a reason between people who work.

CREATE FUNCTION hall_is_real_text(words text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT public.hall_letters(words) >= 8
        AND public.hall_different_letters(words) >= 5
$$;

CREATE FUNCTION hall_is_real_reason(words text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT public.hall_letters(words) >= 4
        AND public.hall_different_letters(words) >= 3
$$;

ALTER TABLE cases_answer ADD CONSTRAINT answer_has_a_real_text
    CHECK (hall_is_real_text(text));

ALTER TABLE cases_answer ADD CONSTRAINT answer_refusal_is_complete
    CHECK (kind <> 'refusal' OR (filing_id IS NOT NULL AND hall_is_real_reason(basis)
        AND hall_is_real_text(other_way) AND hall_is_real_text(remedies)));

ALTER TABLE cases_negativefiling ADD CONSTRAINT filing_is_complete
    CHECK (hall_is_real_text(reason) AND hall_is_real_reason(basis)
        AND hall_is_real_text(made_possible_by) AND hall_is_real_text(other_way)
        AND hall_is_real_text(remedies));

ALTER TABLE cases_direction ADD CONSTRAINT direction_has_a_reason
    CHECK (hall_is_real_reason(reason));

ALTER TABLE cases_referral ADD CONSTRAINT referral_has_a_reason
    CHECK (hall_is_real_reason(reason));

ALTER TABLE cases_referral ADD CONSTRAINT referral_declined_with_reason_and_addressee
    CHECK (state <> 'declined' OR (hall_is_real_reason(settle_reason)
        AND (better_window_id IS NOT NULL OR better_department_id IS NOT NULL
            OR sent_up)));

-- Limbo raises what was said of the offer that nobody took.
ALTER TABLE cases_raisedquestion ADD CONSTRAINT raise_has_a_question
    CHECK (CASE WHEN ground IN ('declined', 'unanswered')
        THEN hall_is_real_reason(question) ELSE hall_is_real_text(question) END);

-- Who answers for it: one open span exactly, joined to the one before ----------------

CREATE UNIQUE INDEX span_open_identity
    ON cases_assignment (id, open_case, clerk_id, window_id);
CREATE UNIQUE INDEX span_open_case ON cases_assignment (id, open_case);
CREATE UNIQUE INDEX span_end ON cases_assignment (id, case_id, ordinal, until);
CREATE UNIQUE INDEX span_clerk ON cases_assignment (id, case_id, clerk_id);
CREATE UNIQUE INDEX case_span ON cases_case (id, current_span);
CREATE UNIQUE INDEX case_origin ON cases_case (id, first_responder_id, opened_at);
CREATE UNIQUE INDEX referral_acceptance
    ON cases_referral (id, case_id, accepted_by, to_window_id, settled_at);
CREATE UNIQUE INDEX appointment_identity
    ON cases_appointment (id, case_id, clerk_id, at, kind);
CREATE UNIQUE INDEX filing_approved ON cases_negativefiling (id, approved_case);
CREATE UNIQUE INDEX answer_case ON cases_answer (id, case_id);
CREATE UNIQUE INDEX referral_span ON cases_referral (id, from_span_id);

ALTER TABLE cases_case ADD CONSTRAINT case_held_by_its_open_span
    FOREIGN KEY (current_span, id, holder_id, window_id)
    REFERENCES cases_assignment (id, open_case, clerk_id, window_id)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_assignment ADD CONSTRAINT open_span_is_the_span_of_its_case
    FOREIGN KEY (open_case, id) REFERENCES cases_case (id, current_span)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_assignment ADD CONSTRAINT span_joins_the_one_before
    FOREIGN KEY (previous_id, case_id, previous_ordinal, since)
    REFERENCES cases_assignment (id, case_id, ordinal, until)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_assignment ADD CONSTRAINT first_span_of_the_first_responder
    FOREIGN KEY (case_id, first_clerk, first_since)
    REFERENCES cases_case (id, first_responder_id, opened_at)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_assignment ADD CONSTRAINT span_rests_on_its_referral
    FOREIGN KEY (referral_id, case_id, clerk_id, window_id, since)
    REFERENCES cases_referral (id, case_id, accepted_by, to_window_id, settled_at)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_assignment ADD CONSTRAINT span_rests_on_its_appointment
    FOREIGN KEY (appointment_id, case_id, clerk_id, since, basis)
    REFERENCES cases_appointment (id, case_id, clerk_id, at, kind)
    DEFERRABLE INITIALLY DEFERRED;

-- An offer moves the case only out of the span that made it.
ALTER TABLE cases_assignment ADD CONSTRAINT span_follows_the_one_that_offered
    FOREIGN KEY (referral_id, previous_id)
    REFERENCES cases_referral (id, from_span_id)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_referral ADD CONSTRAINT referral_from_a_span_of_its_case
    FOREIGN KEY (from_span_id, case_id, from_clerk_id)
    REFERENCES cases_assignment (id, case_id, clerk_id)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_referral ADD CONSTRAINT pending_referral_from_the_open_span
    FOREIGN KEY (from_span_id, pending_case)
    REFERENCES cases_assignment (id, open_case)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_referral ADD CONSTRAINT accepted_referral_moves_the_case
    FOREIGN KEY (accepted_id) REFERENCES cases_assignment (referral_id)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_referral ADD CONSTRAINT stand_in_is_posted_at_the_window
    FOREIGN KEY (stand_in_posting_id, settled_by_id, to_window_id)
    REFERENCES windows_posting (id, clerk_id, window_id)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_answer ADD CONSTRAINT refusal_rests_on_an_approved_filing
    FOREIGN KEY (filing_id, case_id)
    REFERENCES cases_negativefiling (id, approved_case)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_case ADD CONSTRAINT final_answer_is_of_this_case
    FOREIGN KEY (final_answer_id, id) REFERENCES cases_answer (id, case_id)
    DEFERRABLE INITIALLY DEFERRED;

-- Refusals by triggers speak like constraints, so that code and tests can name them --

CREATE FUNCTION hall_refuse(rule text, sentence text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', sentence USING ERRCODE = '23514', CONSTRAINT = rule;
END $$;

-- Append-only, twice: privileges for the application, triggers for everybody ---------

CREATE FUNCTION hall_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM hall_refuse(TG_TABLE_NAME || '_append_only',
        TG_TABLE_NAME || ' is never changed or deleted');
    RETURN NULL;
END $$;

DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT relname FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
            AND (relname IN ('cases_caseevent', 'cases_answer', 'cases_notice',
                'cases_openedrecord', 'cases_appointment', 'cases_deadline',
                'cases_followup', 'windows_signin')
                OR relname LIKE 'windows\_historical%') LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I
            FOR EACH ROW EXECUTE FUNCTION hall_append_only()', name);
        EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION hall_append_only()', name);
    END LOOP;
END $$;

CREATE FUNCTION hall_never_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM hall_refuse(TG_TABLE_NAME || '_never_deleted',
        TG_TABLE_NAME || ' is never deleted');
    RETURN NULL;
END $$;

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['cases_case', 'cases_assignment', 'cases_referral',
        'cases_negativefiling', 'cases_direction', 'cases_raisedquestion',
        'cases_casematerial', 'cases_words', 'windows_clerk'] LOOP
        EXECUTE format('CREATE TRIGGER never_deleted BEFORE DELETE ON %I
            FOR EACH ROW EXECUTE FUNCTION hall_never_deleted()', name);
        EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION hall_never_deleted()', name);
    END LOOP;
END $$;

-- An applicant who asks for it is erased, but never all of them at once.
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON cases_applicant
    FOR EACH STATEMENT EXECUTE FUNCTION hall_never_deleted();

-- The history: one chain per case, computed here again and refused if it differs -----

CREATE FUNCTION hall_event_bytes(event cases_caseevent) RETURNS bytea
LANGUAGE sql STABLE AS $$
    SELECT '\x01'::bytea
        || int8send(event.case_id) || int4send(event.seq)
        || int8send((extract(epoch FROM event.at) * 1000000)::bigint)
        || int8send(event.actor_id) || int8send(coalesce(event.window_id, 0))
        || int4send(octet_length(convert_to(event.kind, 'UTF8')))
        || convert_to(event.kind, 'UTF8')
        || int4send(octet_length(convert_to(event.body, 'UTF8')))
        || convert_to(event.body, 'UTF8')
        || int4send(octet_length(convert_to(event.key_id, 'UTF8')))
        || convert_to(event.key_id, 'UTF8')
$$;

CREATE FUNCTION cases_event_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    head record;
BEGIN
    SELECT head_seq, head_hash, changed_at INTO head
        FROM cases_case WHERE id = NEW.case_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM hall_refuse('event_of_a_case', 'there is no such case');
    END IF;
    IF NEW.fmt IS DISTINCT FROM 1 OR NEW.hash_alg IS DISTINCT FROM 'sha256'
            OR NEW.sig_alg IS DISTINCT FROM 'ed25519' THEN
        PERFORM hall_refuse('event_format', 'unknown format, hash or signature');
    END IF;
    IF NEW.seq IS DISTINCT FROM head.head_seq + 1
            OR NEW.prev_hash IS DISTINCT FROM head.head_hash THEN
        PERFORM hall_refuse('event_continues_the_chain', 'the head has moved on');
    END IF;
    IF NEW.at IS NULL OR NEW.at < head.changed_at THEN
        PERFORM hall_refuse('event_not_before_the_last', 'the time runs backwards');
    END IF;
    IF NEW.at NOT BETWEEN hall_now() - interval '5 seconds'
            AND hall_now() + interval '5 seconds' THEN
        PERFORM hall_refuse('event_at_the_hall_time', 'the time is not now');
    END IF;
    IF NEW.hash IS DISTINCT FROM sha256(NEW.prev_hash || hall_event_bytes(NEW)) THEN
        PERFORM hall_refuse('event_hash', 'the hash does not fit the event');
    END IF;
    IF octet_length(NEW.signature) IS DISTINCT FROM 64 THEN
        PERFORM hall_refuse('event_is_signed', 'the signature is missing');
    END IF;
    IF octet_length(NEW.body) > 16000 THEN
        PERFORM hall_refuse('event_size', 'the event is too large');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER chain BEFORE INSERT ON cases_caseevent
    FOR EACH ROW EXECUTE FUNCTION cases_event_chain();

-- The head moves after its event is there, so that the case's guard can ask for it.
CREATE FUNCTION cases_event_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cases_case SET head_seq = NEW.seq, head_hash = NEW.hash,
        changed_at = NEW.at,
        head_transaction = pg_current_xact_id()::text::bigint
        WHERE id = NEW.case_id;
    RETURN NULL;
END $$;

CREATE TRIGGER head AFTER INSERT ON cases_caseevent
    FOR EACH ROW EXECUTE FUNCTION cases_event_head();

-- No act without its event, and no act dated otherwise than its event ----------------

CREATE FUNCTION cases_has_event() RETURNS trigger LANGUAGE plpgsql AS $$
-- Arguments: the columns that say when it was done; each is written once, at the time
-- of the event, so that nobody answers for a case since earlier or later than recorded.
DECLARE
    this bigint := pg_current_xact_id()::text::bigint;
    before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    key text := CASE TG_TABLE_NAME WHEN 'cases_case' THEN 'id' ELSE 'case_id' END;
    changed record;
    done_at timestamptz;
BEGIN
    FOR changed IN SELECT head_transaction, changed_at FROM cases_case
            WHERE id IN ((before ->> key)::bigint, (after ->> key)::bigint) LOOP
        IF changed.head_transaction <> this THEN
            PERFORM hall_refuse('no_act_without_its_event',
                TG_TABLE_NAME || ' changed without an event of the case');
        END IF;
        FOR i IN 0 .. TG_NARGS - 1 LOOP
            done_at := (after ->> TG_ARGV[i])::timestamptz;
            IF done_at <> changed.changed_at AND done_at IS DISTINCT FROM
                    (before ->> TG_ARGV[i])::timestamptz THEN
                PERFORM hall_refuse('act_dated_by_its_event',
                    TG_TABLE_NAME || '.' || TG_ARGV[i] || ' is not when it was done');
            END IF;
        END LOOP;
    END LOOP;
    RETURN NULL;
END $$;

DO $$
DECLARE watched record;
BEGIN
    FOR watched IN SELECT * FROM (VALUES
            ('cases_case', 'opened_at, closed_at, limbo_since'),
            ('cases_assignment', 'since, until'),
            ('cases_referral', 'offered_at, settled_at'),
            ('cases_appointment', 'at'), ('cases_answer', 'at'),
            ('cases_followup', 'at'), ('cases_notice', 'issued_at'),
            ('cases_negativefiling', 'proposed_at, decided_at'),
            ('cases_direction', 'at, checked_at'),
            ('cases_raisedquestion', 'raised_at, replied_at'),
            ('cases_casematerial', 'received_at'),
            ('cases_deadline', 'set_at'),
            ('cases_words', ''), ('cases_applicant', '')) AS t (name, dated) LOOP
        EXECUTE format('CREATE CONSTRAINT TRIGGER has_event
            AFTER INSERT OR UPDATE OR DELETE ON %I DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION cases_has_event(%s)',
            watched.name, watched.dated);
    END LOOP;
END $$;

-- The case: where it began never changes; its head is written by events only ---------

CREATE FUNCTION cases_case_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- Who applies stays as written: what is empty may be filled, all of it be erased ------

CREATE FUNCTION cases_applicant_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
            SELECT FROM jsonb_each(to_jsonb(OLD)) AS was (part, value)
            WHERE part ~ '_(sealed|index)$' AND value <> 'null'
            AND to_jsonb(NEW) -> part NOT IN (value, 'null')) THEN
        PERFORM hall_refuse('applicant_stays_as_written',
            'who applies never becomes somebody else');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard BEFORE UPDATE ON cases_applicant
    FOR EACH ROW EXECUTE FUNCTION cases_applicant_guard();

-- An end needs its own answer, and only a supervisor's appointment takes it back -----

CREATE FUNCTION cases_end_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE FUNCTION cases_appointment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM cases_assignment WHERE case_id = NEW.case_id
            AND clerk_id = NEW.instead_of_id AND until = NEW.at) THEN
        PERFORM hall_refuse('appointment_replaces_the_holder',
            'it is instead of whoever held the case until then');
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER guard AFTER INSERT ON cases_appointment
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION cases_appointment_guard();

-- Rows that may be settled once, and in nothing else ---------------------------------

CREATE FUNCTION hall_settled_once() RETURNS trigger LANGUAGE plpgsql AS $$
-- Arguments: the column that says whether the row is open, its open value ('' for
-- NULL), then the columns that may change while it is open.
DECLARE
    before jsonb := to_jsonb(OLD);
    after jsonb := to_jsonb(NEW);
    open_value text := coalesce(before ->> TG_ARGV[0], '');
    name text;
BEGIN
    IF open_value <> TG_ARGV[1] THEN
        PERFORM hall_refuse(TG_TABLE_NAME || '_settled_once',
            TG_TABLE_NAME || ' has been settled');
    END IF;
    FOR i IN 0 .. TG_NARGS - 1 LOOP
        IF i <> 1 THEN
            before := before - TG_ARGV[i];
            after := after - TG_ARGV[i];
        END IF;
    END LOOP;
    IF before IS DISTINCT FROM after THEN
        PERFORM hall_refuse(TG_TABLE_NAME || '_settled_once',
            TG_TABLE_NAME || ' never changes in anything but its outcome');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER settled_once BEFORE UPDATE ON cases_assignment
    FOR EACH ROW EXECUTE FUNCTION hall_settled_once('until', '', 'open_case',
        'first_clerk', 'first_since', 'previous_ordinal');

CREATE TRIGGER settled_once BEFORE UPDATE ON cases_referral
    FOR EACH ROW EXECUTE FUNCTION hall_settled_once('state', 'pending',
        'settled_at', 'settled_by_id', 'stand_in_posting_id', 'settle_reason',
        'better_window_id', 'better_department_id', 'sent_up',
        'pending_case', 'accepted_by', 'accepted_id');

CREATE TRIGGER settled_once BEFORE UPDATE ON cases_direction
    FOR EACH ROW EXECUTE FUNCTION hall_settled_once('state', 'waiting',
        'checked_by_id', 'checked_at', 'remark');

CREATE TRIGGER settled_once BEFORE UPDATE ON cases_raisedquestion
    FOR EACH ROW EXECUTE FUNCTION hall_settled_once('replied_at', '',
        'reply', 'replied_by_id');

CREATE FUNCTION cases_filing_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- Only supervisors decide, allow and name. Whoever decided was a supervisor then; one
-- who has left must not block what follows.

CREATE FUNCTION hall_by_a_supervisor() RETURNS trigger LANGUAGE plpgsql AS $$
-- Arguments: the column that names the person, and the name of the rule.
DECLARE
    person bigint := (to_jsonb(NEW) ->> TG_ARGV[0])::bigint;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF person = (to_jsonb(OLD) ->> TG_ARGV[0])::bigint THEN
            RETURN NEW;
        END IF;
    END IF;
    IF person IS NOT NULL AND NOT EXISTS (SELECT FROM windows_clerk
            WHERE id = person AND role = 'supervisor' AND is_active) THEN
        PERFORM hall_refuse(TG_ARGV[1], 'only a supervisor can do this');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER by_a_supervisor BEFORE INSERT OR UPDATE ON cases_negativefiling
    FOR EACH ROW EXECUTE FUNCTION
    hall_by_a_supervisor('decided_by_id', 'filing_decided_by_a_supervisor');
CREATE TRIGGER by_a_supervisor BEFORE INSERT ON cases_notice
    FOR EACH ROW EXECUTE FUNCTION
    hall_by_a_supervisor('allowed_by_id', 'second_notice_allowed_by_a_supervisor');
CREATE TRIGGER by_a_supervisor BEFORE INSERT ON cases_appointment
    FOR EACH ROW EXECUTE FUNCTION
    hall_by_a_supervisor('named_by_id', 'appointment_by_a_supervisor');

-- Who calls back never handled the case, nor decided a negative of it (R4.40) --------

CREATE FUNCTION cases_follow_up_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- All our triggers also hold in replica mode -----------------------------------------

DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT tgrelid::regclass AS relation, tgname FROM pg_trigger
            WHERE NOT tgisinternal
            AND tgrelid::regclass::text ~ '^(cases|windows)_' LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I',
            found.relation, found.tgname);
    END LOOP;
END $$;

-- Whoever logs in may make tables and triggers of his own in pg_temp. So no guard asks
-- how deep it is nested, and none looks a table up by the search path of the session.

DO $$
DECLARE ours regprocedure;
BEGIN
    FOR ours IN SELECT p.oid FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
            WHERE pronamespace = 'public'::regnamespace
            AND (proname LIKE 'cases\_%' OR proname LIKE 'hall\_%')
            AND (lanname = 'plpgsql' OR proname IN ('hall_now', 'hall_event_bytes'))
            LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = public, pg_temp', ours);
    END LOOP;
END $$;
