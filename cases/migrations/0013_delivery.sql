-- What the database refuses about delivery (R1.23).

CREATE TRIGGER never_deleted BEFORE DELETE ON cases_delivery
    FOR EACH ROW EXECUTE FUNCTION hall_never_deleted();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON cases_delivery
    FOR EACH STATEMENT EXECUTE FUNCTION hall_never_deleted();
CREATE TRIGGER settled_once BEFORE UPDATE ON cases_delivery
    FOR EACH ROW EXECUTE FUNCTION hall_settled_once('state', 'under_way',
        'settled_on', 'settled_by_id', 'settled_at', 'remark');
CREATE CONSTRAINT TRIGGER has_event AFTER INSERT OR UPDATE OR DELETE ON cases_delivery
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION cases_has_event(at, settled_at);

ALTER TABLE cases_delivery ADD CONSTRAINT delivery_of_an_answer_of_its_case
    FOREIGN KEY (answer_id, case_id) REFERENCES cases_answer (id, case_id)
    DEFERRABLE INITIALLY DEFERRED;

-- A grant of something that can be handed over has its day.
CREATE FUNCTION cases_grant_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM cases_case c JOIN windows_serviceitem i ON i.id = c.item_id
            WHERE c.id = NEW.case_id AND i.result <> 'nothing')
            AND NOT EXISTS (SELECT FROM cases_deadline WHERE case_id = NEW.case_id
                AND kind = 'delivery' AND set_at = NEW.at) THEN
        PERFORM hall_refuse('grant_has_its_day_of_delivery',
            'until when it is delivered is not said');
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER granted AFTER INSERT ON cases_answer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'granted')
    EXECUTE FUNCTION cases_grant_guard();

-- And a case with such a day is closed only once that answer was delivered.
CREATE FUNCTION cases_delivery_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM cases_deadline d JOIN cases_answer a
            ON a.case_id = d.case_id AND a.at = d.set_at
            WHERE a.id = NEW.final_answer_id AND d.case_id = NEW.id
            AND d.kind = 'delivery')
            AND NOT EXISTS (SELECT FROM cases_delivery
                WHERE answer_id = NEW.final_answer_id AND state = 'delivered') THEN
        PERFORM hall_refuse('case_closed_after_its_delivery',
            'what was granted is not delivered');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER delivered BEFORE UPDATE ON cases_case FOR EACH ROW
    WHEN (NEW.state = 'closed' AND OLD.state <> 'closed')
    EXECUTE FUNCTION cases_delivery_guard();

ALTER TABLE cases_answer ENABLE ALWAYS TRIGGER granted;
ALTER TABLE cases_case ENABLE ALWAYS TRIGGER delivered;

DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT tgname FROM pg_trigger WHERE NOT tgisinternal
            AND tgrelid = 'cases_delivery'::regclass LOOP
        EXECUTE format('ALTER TABLE cases_delivery ENABLE ALWAYS TRIGGER %I',
            found.tgname);
    END LOOP;
END $$;
