-- Papers: no hole in numbers, versions or printings, and what is signed was on paper.
-- After the row, so that a number given twice is still the affair of its unique key.

ALTER TABLE cases_notice ADD CONSTRAINT second_notice_names_its_fault
    CHECK (NOT is_second OR hall_is_real_reason(second_reason));

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

CREATE FUNCTION cases_paper_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.serial <> 1 AND NOT EXISTS (SELECT FROM cases_notice
            WHERE hall_id = NEW.hall_id AND year = NEW.year AND kind = NEW.kind
            AND serial = NEW.serial - 1) THEN
        PERFORM hall_refuse('paper_numbers_without_hole', 'a number is left out');
    END IF;
    IF NEW.version <> 1 AND NOT EXISTS (SELECT FROM cases_notice
            WHERE hall_id = NEW.hall_id AND year = NEW.year AND kind = NEW.kind
            AND serial = NEW.serial AND version = NEW.version - 1
            AND case_id = NEW.case_id) THEN
        PERFORM hall_refuse('paper_version_follows_its_own',
            'there is no paper of this case that it could correct');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER follows AFTER INSERT ON cases_notice
    FOR EACH ROW EXECUTE FUNCTION cases_paper_guard();

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

CREATE FUNCTION cases_print_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.ordinal <> 1 AND NOT EXISTS (SELECT FROM cases_paperprint
            WHERE notice_id = NEW.notice_id AND ordinal = NEW.ordinal - 1) THEN
        PERFORM hall_refuse('prints_counted_without_hole', 'a printing is left out');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER follows AFTER INSERT ON cases_paperprint
    FOR EACH ROW EXECUTE FUNCTION cases_print_guard();

-- What is signed or scanned is a paper of the same case, and was on paper.
CREATE FUNCTION cases_signed_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM cases_notice
            WHERE id = NEW.notice_id AND case_id = NEW.case_id) THEN
        PERFORM hall_refuse(TG_TABLE_NAME || '_of_a_paper_of_its_case',
            'the paper is of another case');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER guard AFTER INSERT ON cases_signature
    FOR EACH ROW EXECUTE FUNCTION cases_signed_guard();

CREATE TRIGGER guard AFTER INSERT ON cases_scan
    FOR EACH ROW EXECUTE FUNCTION cases_signed_guard();

CREATE FUNCTION cases_printed_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM cases_paperprint WHERE notice_id = NEW.notice_id) THEN
        PERFORM hall_refuse('signed_by_hand_after_its_printing',
            'the paper was never printed');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER printed AFTER INSERT ON cases_signature
    FOR EACH ROW WHEN (NEW.way = 'paper') EXECUTE FUNCTION cases_printed_guard();

CREATE TRIGGER printed AFTER INSERT ON cases_scan
    FOR EACH ROW EXECUTE FUNCTION cases_printed_guard();
