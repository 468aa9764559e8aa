-- The history: one chain per case, computed here again and refused if it differs; no act
-- without its event, and no act dated otherwise than its event.

CREATE FUNCTION hall_event_bytes(event cases_caseevent) RETURNS bytea
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT '\x01'::bytea
        || int8send(event.case_id) || int4send(event.seq)
        || int8send((extract(epoch FROM event.at) * 1000000)::bigint)
        || int8send(event.actor_id) || int8send(coalesce(event.window_id, 0))
        || int4send(octet_length(convert_to(event.kind, 'UTF8')))
        || convert_to(event.kind, 'UTF8')
        || int4send(octet_length(convert_to(event.body, 'UTF8')))
        || convert_to(event.body, 'UTF8')
        || int4send(octet_length(convert_to(event.key_id, 'UTF8')))
        || convert_to(event.key_id, 'UTF8')
$$;

CREATE FUNCTION cases_event_chain() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    head record;
BEGIN
    SELECT head_seq, head_hash, changed_at INTO head
        FROM cases_case WHERE id = NEW.case_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM hall_refuse('event_of_a_case', 'there is no such case');
    END IF;
    IF NEW.fmt IS DISTINCT FROM 1 OR NEW.hash_alg IS DISTINCT FROM 'sha256'
            OR NEW.sig_alg IS DISTINCT FROM 'ed25519' THEN
        PERFORM hall_refuse('event_format', 'unknown format, hash or signature');
    END IF;
    IF NEW.seq IS DISTINCT FROM head.head_seq + 1
            OR NEW.prev_hash IS DISTINCT FROM head.head_hash THEN
        PERFORM hall_refuse('event_continues_the_chain', 'the head has moved on');
    END IF;
    IF NEW.at IS NULL OR NEW.at < head.changed_at THEN
        PERFORM hall_refuse('event_not_before_the_last', 'the time runs backwards');
    END IF;
    IF NEW.at NOT BETWEEN hall_now() - interval '5 seconds'
            AND hall_now() + interval '5 seconds' THEN
        PERFORM hall_refuse('event_at_the_hall_time', 'the time is not now');
    END IF;
    IF NEW.hash IS DISTINCT FROM sha256(NEW.prev_hash || hall_event_bytes(NEW)) THEN
        PERFORM hall_refuse('event_hash', 'the hash does not fit the event');
    END IF;
    IF octet_length(NEW.signature) IS DISTINCT FROM 64 THEN
        PERFORM hall_refuse('event_is_signed', 'the signature is missing');
    END IF;
    IF octet_length(NEW.body) > 16000 THEN
        PERFORM hall_refuse('event_size', 'the event is too large');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER chain BEFORE INSERT ON cases_caseevent
    FOR EACH ROW EXECUTE FUNCTION cases_event_chain();

-- The head moves after its event is there, so that the case's guard can ask for it.
CREATE FUNCTION cases_event_head() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE cases_case SET head_seq = NEW.seq, head_hash = NEW.hash,
        changed_at = NEW.at,
        head_transaction = pg_current_xact_id()::text::bigint
        WHERE id = NEW.case_id;
    RETURN NULL;
END $$;

CREATE TRIGGER head AFTER INSERT ON cases_caseevent
    FOR EACH ROW EXECUTE FUNCTION cases_event_head();

CREATE FUNCTION cases_has_event() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
-- Arguments: the columns that say when it was done; each is written once, at the time
-- of the event, so that nobody answers for a case since earlier or later than recorded.
DECLARE
    this bigint := pg_current_xact_id()::text::bigint;
    before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    key text := CASE TG_TABLE_NAME WHEN 'cases_case' THEN 'id' ELSE 'case_id' END;
    changed record;
    done_at timestamptz;
BEGIN
    FOR changed IN SELECT head_transaction, changed_at FROM cases_case
            WHERE id IN ((before ->> key)::bigint, (after ->> key)::bigint) LOOP
        IF changed.head_transaction <> this THEN
            PERFORM hall_refuse('no_act_without_its_event',
                TG_TABLE_NAME || ' changed without an event of the case');
        END IF;
        FOR i IN 0 .. TG_NARGS - 1 LOOP
            done_at := (after ->> TG_ARGV[i])::timestamptz;
            IF done_at <> changed.changed_at AND done_at IS DISTINCT FROM
                    (before ->> TG_ARGV[i])::timestamptz THEN
                PERFORM hall_refuse('act_dated_by_its_event',
                    TG_TABLE_NAME || '.' || TG_ARGV[i] || ' is not when it was done');
            END IF;
        END LOOP;
    END LOOP;
    RETURN NULL;
END $$;
