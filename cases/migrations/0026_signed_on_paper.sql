-- Nothing is signed by hand, nor scanned, that was never on paper.

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
ALTER TABLE cases_signature ENABLE ALWAYS TRIGGER printed;
ALTER TABLE cases_scan ENABLE ALWAYS TRIGGER printed;
