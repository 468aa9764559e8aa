-- Who applies stays as written: what is empty may be filled, all of it be erased, and a
-- mistyped name be written right (R1.09).

CREATE FUNCTION cases_applicant_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
            SELECT FROM jsonb_each(to_jsonb(OLD)) AS was (part, value)
            WHERE part ~ '_(sealed|index)$' AND value <> 'null'
            AND to_jsonb(NEW) -> part NOT IN (value, 'null')
            AND NOT (part = 'name_sealed' AND EXISTS (
                SELECT FROM cases_namecorrection WHERE case_id = NEW.case_id
                AND was_sealed = OLD.name_sealed
                AND digest = sha256(NEW.name_sealed)))) THEN
        PERFORM hall_refuse('applicant_stays_as_written',
            'who applies never becomes somebody else');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard BEFORE UPDATE ON cases_applicant
    FOR EACH ROW EXECUTE FUNCTION cases_applicant_guard();

ALTER TABLE cases_namecorrection ADD CONSTRAINT name_corrected_for_a_reason
    CHECK (hall_is_real_reason(reason));

CREATE FUNCTION cases_name_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM cases_notice WHERE case_id = NEW.case_id
            AND kind = 'acceptance') THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (SELECT FROM windows_clerk WHERE id = NEW.by_id
            AND role = 'supervisor' AND is_active) THEN
        PERFORM hall_refuse('name_of_a_slip_corrected_by_a_supervisor',
            'the name stands on an acceptance slip');
    END IF;
    IF NOT EXISTS (SELECT FROM cases_applicant WHERE case_id = NEW.case_id
            AND identity_sealed IS NOT NULL) THEN
        PERFORM hall_refuse('name_of_a_slip_corrected_for_its_paper',
            'no identity paper shows that it is the same person');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER guard AFTER INSERT ON cases_namecorrection
    FOR EACH ROW EXECUTE FUNCTION cases_name_guard();
