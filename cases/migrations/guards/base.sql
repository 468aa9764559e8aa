-- What the other files build on: the clock of the hall, texts that say something, and
-- the triggers that many tables share. Refusals speak like constraints, so that code and
-- tests can name them.

CREATE SEQUENCE cases_case_seq;
CREATE SEQUENCE cases_span_seq;
CREATE SEQUENCE cases_answer_seq;

-- The hall's clock ------------------------------------------------------------------

INSERT INTO cases_clock (id, "offset") VALUES (1, interval '0');

CREATE FUNCTION hall_now() RETURNS timestamptz LANGUAGE sql VOLATILE
SET search_path = public, pg_temp AS $$
    SELECT clock_timestamp()
         + coalesce((SELECT "offset" FROM cases_clock WHERE id = 1), interval '0')
$$;

-- A text that says something: letters and Han characters, counted without a locale ---

CREATE FUNCTION hall_letters(words text) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
    SELECT length(regexp_replace(coalesce(words, ''),
        '[^A-Za-zÀ-ÖØ-öø-ɏ㐀-䶿一-鿿豈-﫿]', '', 'g'))
$$;

CREATE FUNCTION hall_different_letters(words text) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
    SELECT count(DISTINCT letter)::integer FROM regexp_split_to_table(
        regexp_replace(coalesce(words, ''),
            '[^A-Za-zÀ-ÖØ-öø-ɏ㐀-䶿一-鿿豈-﫿]', '', 'g'), '') AS letter
    WHERE letter <> ''
$$;

-- What the citizen is told or a question asks; and a reason between people who work.
CREATE FUNCTION hall_is_real_text(words text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT public.hall_letters(words) >= 8
        AND public.hall_different_letters(words) >= 5
$$;

CREATE FUNCTION hall_is_real_reason(words text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT public.hall_letters(words) >= 4
        AND public.hall_different_letters(words) >= 3
$$;

-- A reference or a proof has at least one letter or digit: a dash or a blank that nobody
-- sees names nothing.
CREATE FUNCTION hall_names_something(words text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT public.hall_letters(words) > 0 OR words ~ '[0-9０-９Ａ-Ｚａ-ｚ]'
$$;

-- What all the triggers use --------------------------------------------------------

CREATE FUNCTION hall_refuse(rule text, sentence text) RETURNS void
LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '%', sentence USING ERRCODE = '23514', CONSTRAINT = rule;
END $$;

CREATE FUNCTION hall_append_only() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM hall_refuse(TG_TABLE_NAME || '_append_only',
        TG_TABLE_NAME || ' is never changed or deleted');
    RETURN NULL;
END $$;

CREATE FUNCTION hall_never_deleted() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM hall_refuse(TG_TABLE_NAME || '_never_deleted',
        TG_TABLE_NAME || ' is never deleted');
    RETURN NULL;
END $$;

CREATE FUNCTION hall_settled_once() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
-- Arguments: the column that says whether the row is open, its open value ('' for
-- NULL), then the columns that may change while it is open.
DECLARE
    before jsonb := to_jsonb(OLD);
    after jsonb := to_jsonb(NEW);
    open_value text := coalesce(before ->> TG_ARGV[0], '');
    name text;
BEGIN
    IF open_value <> TG_ARGV[1] THEN
        PERFORM hall_refuse(TG_TABLE_NAME || '_settled_once',
            TG_TABLE_NAME || ' has been settled');
    END IF;
    FOR i IN 0 .. TG_NARGS - 1 LOOP
        IF i <> 1 THEN
            before := before - TG_ARGV[i];
            after := after - TG_ARGV[i];
        END IF;
    END LOOP;
    IF before IS DISTINCT FROM after THEN
        PERFORM hall_refuse(TG_TABLE_NAME || '_settled_once',
            TG_TABLE_NAME || ' never changes in anything but its outcome');
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION hall_by_a_supervisor() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
-- Arguments: the column that names the person, and the name of the rule.
DECLARE
    person bigint := (to_jsonb(NEW) ->> TG_ARGV[0])::bigint;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF person = (to_jsonb(OLD) ->> TG_ARGV[0])::bigint THEN
            RETURN NEW;
        END IF;
    END IF;
    IF person IS NOT NULL AND NOT EXISTS (SELECT FROM windows_clerk
            WHERE id = person AND role = 'supervisor' AND is_active) THEN
        PERFORM hall_refuse(TG_ARGV[1], 'only a supervisor can do this');
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION hall_by_an_administrator() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
-- Arguments: the column that names the person, and the name of the rule.
BEGIN
    IF NOT EXISTS (SELECT FROM windows_clerk
            WHERE id = (to_jsonb(NEW) ->> TG_ARGV[0])::bigint
            AND role = 'administrator' AND is_active) THEN
        PERFORM hall_refuse(TG_ARGV[1], 'only an administrator can do this');
    END IF;
    RETURN NEW;
END $$;
