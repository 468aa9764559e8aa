-- What the database refuses about the green channel (R2.83): precedence without its
-- channel, by more days than the hall sets, and passing one case too often.

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
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON cases_greenpass
    FOR EACH ROW EXECUTE FUNCTION hall_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON cases_greenpass
    FOR EACH STATEMENT EXECUTE FUNCTION hall_append_only();
CREATE CONSTRAINT TRIGGER has_event AFTER INSERT OR UPDATE OR DELETE ON cases_greenpass
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION cases_has_event(at);

CREATE TRIGGER never_deleted BEFORE DELETE ON cases_greenchannel
    FOR EACH ROW EXECUTE FUNCTION hall_never_deleted();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON cases_greenchannel
    FOR EACH STATEMENT EXECUTE FUNCTION hall_never_deleted();
CREATE TRIGGER settled_once BEFORE UPDATE ON cases_greenchannel
    FOR EACH ROW EXECUTE FUNCTION hall_settled_once('ended_at', '',
        'end_reason', 'ended_by_id', 'chased_at');
CREATE CONSTRAINT TRIGGER has_event
    AFTER INSERT OR UPDATE OR DELETE ON cases_greenchannel
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION cases_has_event(at, chased_at, ended_at);

DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT tgrelid::regclass AS relation, tgname FROM pg_trigger
            WHERE NOT tgisinternal AND tgrelid IN ('cases_case'::regclass,
                'cases_greenchannel'::regclass, 'cases_greenpass'::regclass) LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I',
            found.relation, found.tgname);
    END LOOP;
END $$;
