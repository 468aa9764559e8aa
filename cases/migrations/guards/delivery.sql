-- Delivery: what is granted has its day, and ends with its proof (R1.23).

ALTER TABLE cases_delivery ADD CONSTRAINT delivery_of_an_answer_of_its_case
    FOREIGN KEY (answer_id, case_id) REFERENCES cases_answer (id, case_id)
    DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_delivery ADD CONSTRAINT delivery_names_carrier_and_proof
    CHECK ((carrier = '' OR hall_names_something(carrier))
        AND (tracking = '' OR hall_names_something(tracking)));

-- What proves a delivery.
ALTER TABLE cases_delivery ADD CONSTRAINT electronic_delivery_is_proved
    CHECK (method <> 'electronic' OR tracking ~ '\S');

ALTER TABLE cases_delivery ADD CONSTRAINT post_arrival_is_proved
    CHECK (method <> 'post' OR state <> 'delivered'
        OR proof IN ('tracked', 'return_receipt'));

-- A grant of something that can be handed over has its day; of a life event, that is
-- whatever its granted items yield.
CREATE FUNCTION cases_grant_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (WITH granted AS (SELECT p.item_id FROM cases_part p
                JOIN cases_case c ON c.id = p.case_id AND c.reopened = p.turn
                WHERE p.case_id = NEW.case_id AND p.item_id IS NOT NULL
                AND p.state = 'answered')
            SELECT FROM windows_serviceitem WHERE result <> 'nothing'
            AND (id IN (SELECT item_id FROM granted)
                OR (NOT EXISTS (SELECT FROM granted) AND id =
                    (SELECT item_id FROM cases_case WHERE id = NEW.case_id))))
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

-- A case with such a day is closed only once that answer was delivered.
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
