-- What the database refuses about clocks, papers and calendars, also with an event.
-- After the row, so that what a constraint refuses is the affair of that constraint.

-- Reasons that say something; what was written before stays as it is.
ALTER TABLE cases_clockstop ADD CONSTRAINT stop_for_a_reason
    CHECK (hall_is_real_reason(reason)) NOT VALID;
ALTER TABLE cases_extension ADD CONSTRAINT extension_by_a_head_for_a_reason
    CHECK (hall_is_real_reason(reason) AND hall_is_real_reason(head)) NOT VALID;
ALTER TABLE cases_calendarrelease ADD CONSTRAINT calendar_released_for_a_reason
    CHECK (hall_is_real_reason(reason)) NOT VALID;
ALTER TABLE cases_deadline ADD CONSTRAINT deadline_counted_in_days
    CHECK (unit IN ('working', 'calendar') AND was_on IS DISTINCT FROM due_on);

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

-- What a case waits for stays required, and what follows has a day ahead (R2.33).
CREATE FUNCTION cases_material_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.is_required AND NOT NEW.is_required THEN
            PERFORM hall_refuse('paper_told_stays_required', 'it was asked for');
        END IF;
        IF NEW.follow_by IS NOT DISTINCT FROM OLD.follow_by THEN
            RETURN NULL;
        END IF;
    END IF;
    IF NEW.follow_by < (hall_now() AT TIME ZONE 'UTC')::date THEN
        PERFORM hall_refuse('paper_follows_from_now_on', 'its day has passed');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER guard AFTER INSERT OR UPDATE ON cases_casematerial
    FOR EACH ROW EXECUTE FUNCTION cases_material_guard();

-- Papers are of the hall of their case and of their year; numbers go with papers only.
CREATE FUNCTION cases_paper_place_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    about record;
BEGIN
    SELECT hall_id, state INTO about FROM cases_case WHERE id = NEW.case_id;
    IF NEW.version = 1 AND (NEW.hall_id <> about.hall_id OR NEW.year NOT IN (
            extract(year FROM (NEW.issued_at AT TIME ZONE 'UTC') - interval '1 day'),
            extract(year FROM (NEW.issued_at AT TIME ZONE 'UTC') + interval '1 day')))
            THEN
        PERFORM hall_refuse('paper_of_its_hall_and_year', 'it is of another one');
    END IF;
    IF NEW.version = 1 AND NEW.kind IN ('acceptance', 'omission')
            AND about.state <> 'accepted' THEN
        PERFORM hall_refuse('slip_of_an_accepted_case', 'it was not accepted');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER place AFTER INSERT ON cases_notice
    FOR EACH ROW EXECUTE FUNCTION cases_paper_place_guard();

CREATE FUNCTION cases_number_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    before integer := 0;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        before := OLD.last;
        IF (NEW.hall_id, NEW.year, NEW.kind) <> (OLD.hall_id, OLD.year, OLD.kind) THEN
            before := NULL;
        END IF;
    END IF;
    IF NEW.last IS DISTINCT FROM before + 1 THEN
        PERFORM hall_refuse('paper_numbers_count_by_one', 'they only count up');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER guard AFTER INSERT OR UPDATE ON cases_papernumber
    FOR EACH ROW EXECUTE FUNCTION cases_number_guard();

CREATE FUNCTION cases_number_has_paper() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM cases_notice WHERE hall_id = NEW.hall_id
            AND year = NEW.year AND kind = NEW.kind AND serial = NEW.last) THEN
        PERFORM hall_refuse('paper_number_has_its_paper', 'the number is of no paper');
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER has_paper AFTER INSERT OR UPDATE ON cases_papernumber
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION cases_number_has_paper();
CREATE TRIGGER never_deleted BEFORE DELETE ON cases_papernumber
    FOR EACH ROW EXECUTE FUNCTION hall_never_deleted();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON cases_papernumber
    FOR EACH STATEMENT EXECUTE FUNCTION hall_never_deleted();

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

-- Accepted is what its slip of that moment says, and reopening alone takes it back; and
-- silence is waited for until something is told (R1.07, R1.09).
ALTER TABLE cases_case ADD CONSTRAINT case_told_no_longer_waits
    CHECK (tell_by IS NULL OR state NOT IN ('accepted', 'answered', 'closed'));

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

DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT tgrelid::regclass AS relation, tgname FROM pg_trigger
            WHERE NOT tgisinternal AND tgenabled <> 'A'
            AND tgrelid::regclass::text LIKE 'cases\_%' LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I',
            found.relation, found.tgname);
    END LOOP;
END $$;
