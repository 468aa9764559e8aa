-- The green channel (R2.83): no precedence without its channel, none by more days than
-- the hall sets, and none over one case too often.

ALTER TABLE cases_greenchannel ADD CONSTRAINT green_ended_for_a_real_reason
    CHECK (end_reason = '' OR hall_is_real_reason(end_reason));

CREATE FUNCTION cases_green_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM cases_greenchannel
            WHERE case_id = NEW.id AND ended_at IS NULL) THEN
        PERFORM hall_refuse('green_only_with_its_channel',
            'nobody opened the green channel for it');
    END IF;
    IF NEW.green_days > (SELECT green_days FROM windows_hall
            WHERE id = NEW.hall_id) THEN
        PERFORM hall_refuse('green_days_within_the_limit',
            'the hall lets it come sooner by fewer days');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER green BEFORE INSERT OR UPDATE OF is_green, green_days ON cases_case
    FOR EACH ROW WHEN (NEW.is_green) EXECUTE FUNCTION cases_green_guard();

CREATE FUNCTION cases_pass_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.nth > (SELECT green_passes FROM windows_hall hall
            JOIN cases_case waiting ON waiting.hall_id = hall.id
            WHERE waiting.id = NEW.over_id) THEN
        PERFORM hall_refuse('green_passes_within_the_limit',
            'this case was passed as often as the hall allows');
    END IF;
    IF NEW.nth <> 1 AND NOT EXISTS (SELECT FROM cases_greenpass
            WHERE over_id = NEW.over_id AND nth = NEW.nth - 1) THEN
        PERFORM hall_refuse('green_passes_counted_without_hole', 'one is left out');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER limited AFTER INSERT ON cases_greenpass
    FOR EACH ROW EXECUTE FUNCTION cases_pass_guard();

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

CREATE CONSTRAINT TRIGGER has_event AFTER INSERT ON cases_greenpass
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION cases_pass_has_event();

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
