-- What only grows, what is never deleted, what changes only with an event of its case, what
-- is settled once, and whom the role of a person lets do it. Append-only twice: privileges
-- for the application (cases/guards.py), triggers for everybody.

DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT relname FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
            AND (relname IN ('cases_answer', 'cases_appointment',
                'cases_calendarrelease', 'cases_caseevent', 'cases_deadline',
                'cases_extension', 'cases_followup', 'cases_greenpass',
                'cases_namecorrection', 'cases_notice', 'cases_openedrecord',
                'cases_paperprint', 'cases_scan', 'cases_signature', 'windows_signin')
                OR relname LIKE 'windows\_historical%') LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I
            FOR EACH ROW EXECUTE FUNCTION hall_append_only()', name);
        EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION hall_append_only()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['cases_assignment', 'cases_case', 'cases_casematerial',
            'cases_clockstop', 'cases_delivery', 'cases_direction',
            'cases_greenchannel', 'cases_negativefiling', 'cases_objection',
            'cases_papernumber', 'cases_part', 'cases_raisedquestion',
            'cases_referral', 'cases_words', 'windows_clerk'] LOOP
        EXECUTE format('CREATE TRIGGER never_deleted BEFORE DELETE ON %I
            FOR EACH ROW EXECUTE FUNCTION hall_never_deleted()', name);
        EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION hall_never_deleted()', name);
    END LOOP;
END $$;

-- An applicant who asks for it is erased, but never all of them at once.
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON cases_applicant
    FOR EACH STATEMENT EXECUTE FUNCTION hall_never_deleted();

-- With the columns that say when it was done. A pass of the green channel is on the record
-- of the case that came sooner: green_channel.sql.
DO $$
DECLARE watched record;
BEGIN
    FOR watched IN SELECT * FROM (VALUES
            ('cases_answer', 'at'),
            ('cases_applicant', ''),
            ('cases_appointment', 'at'),
            ('cases_assignment', 'since, until'),
            ('cases_case', 'opened_at, closed_at, limbo_since'),
            ('cases_casematerial', 'received_at'),
            ('cases_clockstop', 'at, resumed_at'),
            ('cases_deadline', 'set_at'),
            ('cases_delivery', 'at, settled_at'),
            ('cases_direction', 'at, checked_at'),
            ('cases_extension', 'at'),
            ('cases_followup', 'at'),
            ('cases_greenchannel', 'at, chased_at, ended_at'),
            ('cases_namecorrection', 'at'),
            ('cases_negativefiling', 'proposed_at, decided_at'),
            ('cases_notice', 'issued_at'),
            ('cases_objection', 'opened_at, settled_at'),
            ('cases_part', 'asked_at, answered_at, ended_at'),
            ('cases_raisedquestion', 'raised_at, replied_at'),
            ('cases_referral', 'offered_at, settled_at'),
            ('cases_scan', 'at'),
            ('cases_signature', 'at'),
            ('cases_words', '')) AS t (name, dated) LOOP
        EXECUTE format('CREATE CONSTRAINT TRIGGER has_event
            AFTER INSERT OR UPDATE OR DELETE ON %I DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION cases_has_event(%s)',
            watched.name, watched.dated);
    END LOOP;
END $$;

-- Settled once: the column that says whether a row is open, its open value, and what may
-- change while it is.

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
CREATE TRIGGER settled_once BEFORE UPDATE ON cases_clockstop
    FOR EACH ROW EXECUTE FUNCTION hall_settled_once('resumed_at', '',
        'resumed_on', 'resumed_by_id');
CREATE TRIGGER settled_once BEFORE UPDATE ON cases_casematerial
    FOR EACH ROW EXECUTE FUNCTION hall_settled_once('received_at', '',
        'received_by_id', 'is_required', 'follow_by');
CREATE TRIGGER settled_once BEFORE UPDATE ON cases_greenchannel
    FOR EACH ROW EXECUTE FUNCTION hall_settled_once('ended_at', '',
        'end_reason', 'ended_by_id', 'chased_at');
CREATE TRIGGER settled_once BEFORE UPDATE ON cases_objection
    FOR EACH ROW EXECUTE FUNCTION hall_settled_once('outcome', '', 'due_on', 'reason',
        'decided', 'settled_by_id', 'settled_at');
CREATE TRIGGER settled_once BEFORE UPDATE ON cases_delivery
    FOR EACH ROW EXECUTE FUNCTION hall_settled_once('state', 'under_way',
        'settled_on', 'settled_by_id', 'settled_at', 'remark', 'proof');

-- By whom. Whoever decided had the role then; one who has left must not block what follows.

CREATE TRIGGER by_a_supervisor BEFORE INSERT OR UPDATE ON cases_negativefiling
    FOR EACH ROW EXECUTE FUNCTION
    hall_by_a_supervisor('decided_by_id', 'filing_decided_by_a_supervisor');
CREATE TRIGGER by_a_supervisor BEFORE INSERT ON cases_notice
    FOR EACH ROW EXECUTE FUNCTION
    hall_by_a_supervisor('allowed_by_id', 'second_notice_allowed_by_a_supervisor');
CREATE TRIGGER by_a_supervisor BEFORE INSERT ON cases_appointment
    FOR EACH ROW EXECUTE FUNCTION
    hall_by_a_supervisor('named_by_id', 'appointment_by_a_supervisor');
CREATE TRIGGER by_a_supervisor BEFORE INSERT ON cases_extension
    FOR EACH ROW EXECUTE FUNCTION
    hall_by_a_supervisor('by_id', 'extension_by_a_supervisor');
CREATE TRIGGER by_an_administrator BEFORE INSERT ON cases_calendarrelease
    FOR EACH ROW EXECUTE FUNCTION
    hall_by_an_administrator('by_id', 'calendar_released_by_an_administrator');

-- All our triggers also hold for a session in replica mode.
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
