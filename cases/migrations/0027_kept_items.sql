-- What the database refuses about the items that a case of a life event keeps: they are
-- those of the catalogue when its papers came, stay, and each has its part.

CREATE FUNCTION cases_items_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.received_on IS NOT NULL THEN
            PERFORM hall_refuse('items_stay_after_the_receipt',
                'papers were received for other items');
            RETURN NULL;
        END IF;
    END IF;
    IF NEW.bundled IS DISTINCT FROM (
            SELECT jsonb_agg(jsonb_build_object(
                'item', b.member_id, 'parallel', b.is_parallel)
                ORDER BY b.position, b.id)
            FROM windows_bundleditem b
            JOIN windows_serviceitem m ON m.id = b.member_id
            WHERE b.item_id = NEW.item_id AND m.state = 'published') THEN
        PERFORM hall_refuse('case_begins_with_the_items_offered',
            'these are not the items of the life event');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER items AFTER UPDATE ON cases_case FOR EACH ROW
    WHEN (NEW.bundled IS DISTINCT FROM OLD.bundled
        OR (NEW.received_on IS NOT NULL AND OLD.received_on IS NULL))
    EXECUTE FUNCTION cases_items_guard();
CREATE TRIGGER first_items AFTER INSERT ON cases_case FOR EACH ROW
    WHEN (NEW.received_on IS NOT NULL)
    EXECUTE FUNCTION cases_items_guard();
ALTER TABLE cases_case ENABLE ALWAYS TRIGGER items;
ALTER TABLE cases_case ENABLE ALWAYS TRIGGER first_items;

CREATE FUNCTION cases_each_item_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM cases_case c WHERE c.id = NEW.id
            AND c.accepted_on IS NOT NULL AND jsonb_array_length(c.bundled)
            <> (SELECT count(*) FROM cases_part p WHERE p.case_id = c.id
                AND p.turn = c.reopened AND p.item_id IS NOT NULL)) THEN
        PERFORM hall_refuse('each_item_has_its_part',
            'an item that was applied for is asked of nobody');
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER each_item AFTER INSERT OR UPDATE ON cases_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.accepted_on IS NOT NULL AND NEW.bundled IS NOT NULL)
    EXECUTE FUNCTION cases_each_item_guard();
ALTER TABLE cases_case ENABLE ALWAYS TRIGGER each_item;

-- A part is one of the items that the case keeps, and of the unit that answers for it.
CREATE OR REPLACE FUNCTION cases_part_of_a_bundle() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    ours jsonb;
    the_lead bigint;
BEGIN
    SELECT c.bundled, i.department_id INTO ours, the_lead FROM cases_case c
        JOIN windows_serviceitem i ON i.id = c.item_id WHERE c.id = NEW.case_id;
    IF NOT coalesce(CASE WHEN NEW.item_id IS NULL THEN ours IS NULL
            ELSE ours @> jsonb_build_array(jsonb_build_object('item', NEW.item_id))
            END, false) THEN
        PERFORM hall_refuse('part_is_an_item_of_the_life_event',
            'it is no item of what was applied for');
    END IF;
    IF NEW.item_id IS NOT NULL AND NOT EXISTS (SELECT FROM windows_serviceitem
            WHERE id = NEW.item_id AND department_id = NEW.department_id
            AND NEW.is_lead = (department_id = the_lead)) THEN
        PERFORM hall_refuse('part_of_the_unit_of_its_item',
            'another unit answers for this item');
    END IF;
    RETURN NULL;
END $$;
