-- Clocks: silence, stops, extensions, renewals by law and calendars. After the row, so
-- that what a constraint refuses is the affair of that constraint.

ALTER TABLE cases_clockstop ADD CONSTRAINT stop_for_a_reason
    CHECK (hall_is_real_reason(reason));

ALTER TABLE cases_extension ADD CONSTRAINT extension_by_a_head_for_a_reason
    CHECK (hall_is_real_reason(reason) AND hall_is_real_reason(head));

ALTER TABLE cases_calendarrelease ADD CONSTRAINT calendar_released_for_a_reason
    CHECK (hall_is_real_reason(reason));

ALTER TABLE cases_deadline ADD CONSTRAINT deadline_counted_in_days
    CHECK (unit IN ('working', 'calendar') AND was_on IS DISTINCT FROM due_on);

-- Accepted is what its slip of that moment says, and reopening alone takes it back; and
-- silence is waited for until something is told (R1.07, R1.09).
ALTER TABLE cases_case ADD CONSTRAINT case_told_no_longer_waits
    CHECK (tell_by IS NULL OR state NOT IN ('accepted', 'answered', 'closed'));

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

CREATE FUNCTION cases_told_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    is_now record;
BEGIN
    SELECT state, tell_by, accepted_on, changed_at INTO is_now
        FROM cases_case WHERE id = NEW.id;
    IF NEW.accepted_on IS DISTINCT FROM OLD.accepted_on
            AND NOT EXISTS (SELECT FROM cases_notice WHERE case_id = NEW.id
                AND kind = 'acceptance' AND issued_at = is_now.changed_at
                AND content ->> 'accepted_on' = is_now.accepted_on::text)
            AND NOT (is_now.accepted_on IS NULL AND EXISTS (
                SELECT FROM cases_assignment WHERE case_id = NEW.id
                AND basis = 'reopening' AND since = is_now.changed_at)) THEN
        PERFORM hall_refuse('case_accepted_as_its_slip_says', 'no slip says so');
    END IF;
    IF OLD.tell_by IS NOT NULL AND is_now.tell_by IS NULL
            AND is_now.state NOT IN ('accepted', 'answered', 'closed')
            AND NOT EXISTS (SELECT FROM cases_notice WHERE case_id = NEW.id
                AND kind = 'one_time' AND issued_at = is_now.changed_at) THEN
        PERFORM hall_refuse('case_waits_until_it_is_told', 'nothing was told');
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER told AFTER UPDATE ON cases_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.accepted_on IS DISTINCT FROM OLD.accepted_on
        OR NEW.tell_by IS DISTINCT FROM OLD.tell_by)
    EXECUTE FUNCTION cases_told_guard();

-- A stop is of what was accepted, begins while the promise can still be kept, once a
-- day, and on the day on which it is written down (R1.24). A day of the hall differs
-- from the day in UTC by one at most.
CREATE FUNCTION cases_stop_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    was record;
BEGIN
    IF abs(NEW.began_on - (NEW.at AT TIME ZONE 'UTC')::date) > 1
            OR abs(NEW.resumed_on - (NEW.resumed_at AT TIME ZONE 'UTC')::date) > 1 THEN
        PERFORM hall_refuse('stop_dated_when_it_is_told', 'it is of another day');
    END IF;
    IF TG_OP = 'INSERT' THEN
        SELECT state, promised_due INTO was FROM cases_case WHERE id = NEW.case_id;
        IF was.state <> 'accepted' THEN
            PERFORM hall_refuse('stop_of_an_accepted_case', 'no clock runs');
        END IF;
        IF was.promised_due < NEW.began_on THEN
            PERFORM hall_refuse('stop_hides_nothing_missed', 'the promise was missed');
        END IF;
        IF EXISTS (SELECT FROM cases_clockstop WHERE case_id = NEW.case_id
                AND id <> NEW.id AND resumed_on = NEW.began_on) THEN
            PERFORM hall_refuse('stopped_once_a_day', 'it ran again only today');
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER guard AFTER INSERT OR UPDATE ON cases_clockstop
    FOR EACH ROW EXECUTE FUNCTION cases_stop_guard();

CREATE FUNCTION cases_extension_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM cases_case WHERE id = NEW.case_id
            AND state = 'accepted') THEN
        PERFORM hall_refuse('extension_of_an_accepted_case', 'no clock runs');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER guard AFTER INSERT ON cases_extension
    FOR EACH ROW EXECUTE FUNCTION cases_extension_guard();

-- A case lapses as its last notice said, for the want of a paper that its item names:
-- of any other only one person has said that it is needed (R2.10, R2.23, R2.32).
CREATE FUNCTION cases_lapse_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
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

CREATE TRIGGER lapse BEFORE INSERT ON cases_answer
    FOR EACH ROW WHEN (NEW.kind = 'lapsed') EXECUTE FUNCTION cases_lapse_guard();

-- Until when it was valid, and that it was applied for in time, stays once accepted
-- (R1.27).
CREATE FUNCTION cases_expiry_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.accepted_on IS NOT NULL THEN
        PERFORM hall_refuse('expiry_stays_as_recorded', 'it was accepted with it');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER expiry BEFORE UPDATE ON cases_case FOR EACH ROW
    WHEN ((NEW.expires_on, NEW.renews_after)
        IS DISTINCT FROM (OLD.expires_on, OLD.renews_after))
    EXECUTE FUNCTION cases_expiry_guard();

-- Undecided at its expiry it is renewed: nothing else is answered any more. A day of
-- the hall is never earlier than the day in UTC.
CREATE FUNCTION cases_renewal_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM cases_case WHERE id = NEW.case_id AND reopened = 0
            AND accepted_on IS NOT NULL
            AND renews_after < (NEW.at AT TIME ZONE 'UTC')::date)
            AND NOT EXISTS (SELECT FROM cases_answer WHERE case_id = NEW.case_id) THEN
        PERFORM hall_refuse('renewed_by_law_is_granted', 'the law has renewed it');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER renewed BEFORE INSERT ON cases_answer
    FOR EACH ROW WHEN (NEW.kind <> 'granted') EXECUTE FUNCTION cases_renewal_guard();

-- A calendar is released as it is now, and now (R9.11).
CREATE FUNCTION cases_release_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.version <> hall_calendar_version() THEN
        PERFORM hall_refuse('calendar_released_as_it_is', 'it is another calendar');
    END IF;
    IF NEW.at NOT BETWEEN hall_now() - interval '1 minute'
            AND hall_now() + interval '1 minute' THEN
        PERFORM hall_refuse('calendar_released_now', 'the time is not now');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER guard AFTER INSERT ON cases_calendarrelease
    FOR EACH ROW EXECUTE FUNCTION cases_release_guard();
