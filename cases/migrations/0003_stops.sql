-- What the database refuses about stops and extensions of a clock (R1.20, R1.24).

CREATE TRIGGER never_deleted BEFORE DELETE ON cases_clockstop
    FOR EACH ROW EXECUTE FUNCTION hall_never_deleted();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON cases_clockstop
    FOR EACH STATEMENT EXECUTE FUNCTION hall_never_deleted();
CREATE TRIGGER settled_once BEFORE UPDATE ON cases_clockstop
    FOR EACH ROW EXECUTE FUNCTION hall_settled_once('resumed_at', '',
        'resumed_on', 'resumed_by_id');
CREATE CONSTRAINT TRIGGER has_event AFTER INSERT OR UPDATE OR DELETE ON cases_clockstop
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION cases_has_event(at, resumed_at);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON cases_extension
    FOR EACH ROW EXECUTE FUNCTION hall_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON cases_extension
    FOR EACH STATEMENT EXECUTE FUNCTION hall_append_only();
CREATE TRIGGER by_a_supervisor BEFORE INSERT ON cases_extension
    FOR EACH ROW EXECUTE FUNCTION
    hall_by_a_supervisor('by_id', 'extension_by_a_supervisor');
CREATE CONSTRAINT TRIGGER has_event AFTER INSERT OR UPDATE OR DELETE ON cases_extension
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION cases_has_event(at);

DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT tgrelid::regclass AS relation, tgname FROM pg_trigger
            WHERE NOT tgisinternal AND tgrelid IN
                ('cases_clockstop'::regclass, 'cases_extension'::regclass) LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I',
            found.relation, found.tgname);
    END LOOP;
END $$;
