-- What the database refuses about papers: a hole in numbers, versions or printings.
-- After the row, so that a number given twice is still the affair of its unique key.

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
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON cases_paperprint
    FOR EACH ROW EXECUTE FUNCTION hall_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON cases_paperprint
    FOR EACH STATEMENT EXECUTE FUNCTION hall_append_only();

ALTER TABLE cases_notice ENABLE ALWAYS TRIGGER follows;
ALTER TABLE cases_paperprint ENABLE ALWAYS TRIGGER follows;
ALTER TABLE cases_paperprint ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE cases_paperprint ENABLE ALWAYS TRIGGER no_truncate;
