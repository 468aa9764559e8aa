-- What the database refuses about the release of a calendar (R9.11, R9.14).

CREATE FUNCTION hall_by_an_administrator() RETURNS trigger LANGUAGE plpgsql AS $$
-- Arguments: the column that names the person, and the name of the rule.
BEGIN
    IF NOT EXISTS (SELECT FROM windows_clerk
            WHERE id = (to_jsonb(NEW) ->> TG_ARGV[0])::bigint
            AND role = 'administrator' AND is_active) THEN
        PERFORM hall_refuse(TG_ARGV[1], 'only an administrator can do this');
    END IF;
    RETURN NEW;
END $$;

ALTER FUNCTION hall_by_an_administrator() SET search_path = public, pg_temp;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON cases_calendarrelease
    FOR EACH ROW EXECUTE FUNCTION hall_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON cases_calendarrelease
    FOR EACH STATEMENT EXECUTE FUNCTION hall_append_only();
CREATE TRIGGER by_an_administrator BEFORE INSERT ON cases_calendarrelease
    FOR EACH ROW EXECUTE FUNCTION
    hall_by_an_administrator('by_id', 'calendar_released_by_an_administrator');

ALTER TABLE cases_calendarrelease ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE cases_calendarrelease ENABLE ALWAYS TRIGGER no_truncate;
ALTER TABLE cases_calendarrelease ENABLE ALWAYS TRIGGER by_an_administrator;
