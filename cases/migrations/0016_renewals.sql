-- What the database refuses about renewals by law (R1.27).

-- Until when it was valid, and that it was applied for in time, stays once accepted.
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

ALTER TABLE cases_case ENABLE ALWAYS TRIGGER expiry;
ALTER TABLE cases_answer ENABLE ALWAYS TRIGGER renewed;
