-- A precedence is in the event of the case that came to it: of the green one, or of
-- the one that came later and stands behind it (R2.83).

CREATE FUNCTION cases_pass_has_event() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM cases_case WHERE id = NEW.told_of
            AND head_transaction = pg_current_xact_id()::text::bigint
            AND changed_at = NEW.at) THEN
        PERFORM hall_refuse('no_act_without_its_event',
            'cases_greenpass changed without an event of the case');
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER has_event ON cases_greenpass;
CREATE CONSTRAINT TRIGGER has_event AFTER INSERT ON cases_greenpass
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION cases_pass_has_event();
ALTER TABLE cases_greenpass ENABLE ALWAYS TRIGGER has_event;

-- Nobody chases himself, and whoever chases a case never comes to answer for it.

CREATE FUNCTION cases_chaser_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM cases_greenchannel g JOIN cases_case c ON c.id = g.case_id
            WHERE c.id = (to_jsonb(NEW) ->> TG_ARGV[0])::bigint
            AND g.ended_at IS NULL AND g.chaser_id = c.holder_id) THEN
        PERFORM hall_refuse('green_holder_does_not_chase',
            'whoever answers for it is the one who chases it');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER chased AFTER UPDATE OF holder_id ON cases_case FOR EACH ROW
    WHEN (NEW.is_green AND NEW.holder_id <> OLD.holder_id)
    EXECUTE FUNCTION cases_chaser_guard(id);
CREATE TRIGGER chased AFTER INSERT ON cases_greenchannel
    FOR EACH ROW EXECUTE FUNCTION cases_chaser_guard(case_id);
ALTER TABLE cases_case ENABLE ALWAYS TRIGGER chased;
ALTER TABLE cases_greenchannel ENABLE ALWAYS TRIGGER chased;

-- Two cases of one person take their places one after the other; of one that moves
-- from hand to hand, both persons' cases.
CREATE FUNCTION cases_take_turns(one bigint, another bigint) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
    SELECT pg_advisory_xact_lock(83, least(one, another)::int);
    SELECT pg_advisory_xact_lock(83, greatest(one, another)::int);
$$;

-- The cases of the green channel that stand before one though their date is later, and
-- not on record; beside each, how often it was passed so far. `before` held it before.
CREATE FUNCTION cases_green_ahead(this bigint, before bigint)
RETURNS TABLE (green bigint, passed bigint) LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    waiting cases_case;
BEGIN
    SELECT * INTO waiting FROM cases_case WHERE id = this;
    PERFORM cases_take_turns(waiting.holder_id, before);
    RETURN QUERY SELECT c.id,
            (SELECT count(*) FROM cases_greenpass WHERE over_id = this)
        FROM cases_case c
        WHERE c.holder_id = waiting.holder_id AND c.is_green AND c.green_days > 0
        AND c.state IN ('asked', 'accepted', 'waiting', 'raised', 'negative_filed')
        AND (c.due_on, c.id) > (waiting.due_on, waiting.id)
        AND (c.due_on - c.green_days, c.id) < (waiting.due_on, waiting.id)
        AND NOT EXISTS (SELECT FROM cases_greenpass
            WHERE case_id = c.id AND over_id = this)
        ORDER BY c.due_on - c.green_days, c.id;
END $$;
