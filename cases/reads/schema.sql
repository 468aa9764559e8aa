-- What keeps the rules, as pairs of a name and how it is. Read by schema.py.
WITH ours AS (
    SELECT * FROM pg_class WHERE relnamespace = 'public'::regnamespace
    AND (relname LIKE 'cases\_%%' OR relname IN ('windows_clerk', 'windows_signin'))
    AND relkind IN ('r', 'p')
), guarded AS (
    -- The history of configuration follows its tables; only its guards matter here.
    SELECT * FROM ours UNION ALL
    SELECT * FROM pg_class WHERE relnamespace = 'public'::regnamespace
    AND relname LIKE 'windows\_historical%%' AND relkind IN ('r', 'p')
)
SELECT 'column ' || relname || '.' || attname, format_type(atttypid, atttypmod)
    || CASE WHEN attnotnull THEN ' not null' ELSE '' END
    || coalesce(CASE WHEN attgenerated = '' THEN ' default ' ELSE ' always ' END
        || pg_get_expr(adbin, adrelid), '')
FROM pg_attribute JOIN ours ON ours.oid = attrelid
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attnum > 0 AND NOT attisdropped
UNION ALL
-- PostgreSQL 18 also lists NOT NULL here; the columns say it for every version.
SELECT 'constraint ' || relname || '.' || conname, pg_get_constraintdef(c.oid)
FROM pg_constraint c JOIN ours ON ours.oid = conrelid WHERE contype NOT IN ('n', 't')
UNION ALL
SELECT 'index ' || i.relname, pg_get_indexdef(indexrelid)
    || CASE WHEN indisvalid THEN '' ELSE ' (invalid)' END
FROM pg_index JOIN ours ON ours.oid = indrelid JOIN pg_class i ON i.oid = indexrelid
UNION ALL
SELECT 'trigger ' || relname || '.' || tgname,
    CASE tgenabled WHEN 'A' THEN 'always: ' WHEN 'O' THEN 'not in replica mode: '
        WHEN 'R' THEN 'in replica mode only: ' ELSE 'SWITCHED OFF: ' END
    || pg_get_triggerdef(t.oid)
FROM pg_trigger t JOIN guarded ON guarded.oid = tgrelid WHERE NOT tgisinternal
UNION ALL
SELECT 'foreign key triggers of ' || relname || '.' || conname, 'SWITCHED OFF'
FROM pg_trigger t JOIN ours ON ours.oid = tgrelid
JOIN pg_constraint c ON c.oid = tgconstraint
WHERE tgisinternal AND tgenabled NOT IN ('O', 'A') GROUP BY 1
UNION ALL
SELECT 'function ' || oid::regprocedure::text,
    left(encode(sha256(convert_to(pg_get_functiondef(oid), 'UTF8')), 'hex'), 32)
FROM pg_proc WHERE pronamespace = 'public'::regnamespace
AND (proname LIKE 'cases\_%%' OR proname LIKE 'hall\_%%')
UNION ALL
SELECT 'privileges of ' || CASE WHEN grantee = 0 THEN 'everybody'
        WHEN grantee = %(app)s::regrole THEN 'the application'
        ELSE grantee::regrole::text END || ' on ' || relname,
    string_agg(privilege_type, ', ' ORDER BY privilege_type)
FROM guarded, aclexplode(relacl) WHERE grantee <> relowner GROUP BY 1
UNION ALL
SELECT relname || ' belongs to the application', 'so it may do everything with it'
FROM guarded WHERE relowner = %(app)s::regrole
UNION ALL
SELECT 'powers of the application', concat_ws(', ',
    CASE WHEN rolsuper THEN 'superuser' END,
    CASE WHEN rolbypassrls THEN 'past row security' END,
    CASE WHEN rolcreaterole THEN 'makes roles' END,
    CASE WHEN EXISTS (SELECT FROM pg_auth_members WHERE member = app.oid)
        THEN 'member of another role' END)
FROM pg_roles app WHERE app.oid = %(app)s::regrole
UNION ALL
SELECT 'clock of the hall', 'moved by ' || "offset"::text FROM cases_clock
ORDER BY 1
