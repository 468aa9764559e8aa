-- A reference or a proof has at least one letter or digit: a dash or a blank that nobody
-- sees names nothing. Not asked of what was written down before this release.

CREATE FUNCTION hall_names_something(words text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT public.hall_letters(words) > 0 OR words ~ '[0-9０-９Ａ-Ｚａ-ｚ]'
$$;

ALTER TABLE cases_delivery ADD CONSTRAINT delivery_names_carrier_and_proof
    CHECK ((carrier = '' OR hall_names_something(carrier))
        AND (tracking = '' OR hall_names_something(tracking))) NOT VALID;
ALTER TABLE cases_part ADD CONSTRAINT letter_of_a_unit_has_a_reference
    CHECK (letter = '' OR hall_names_something(letter)) NOT VALID;

-- Of a life event that is delivered which its granted items yield (R1.23).
CREATE OR REPLACE FUNCTION cases_grant_guard() RETURNS trigger LANGUAGE plpgsql
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
