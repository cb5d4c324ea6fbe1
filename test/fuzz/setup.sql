-- test/fuzz/setup.sql: what the fuzzer in the backend asks for (backend.c)

CREATE EXTENSION salesvelocity;
CREATE FUNCTION fuzz_summaries(options text[], runs bigint, seconds integer, calls integer) RETURNS text
AS 'sv_fuzz', 'fuzz_summaries' LANGUAGE C STRICT;

CREATE TEMP VIEW member AS
SELECT classid, objid FROM pg_depend
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
  AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'salesvelocity');

-- The types of summaries, and the functions in C that take one.
CREATE TEMP VIEW fuzz_type AS
SELECT t.oid, typname FROM member JOIN pg_type AS t ON classid = 'pg_type'::regclass AND objid = t.oid
WHERE typname LIKE '%\_summary' AND typelem = 0;
CREATE TEMP VIEW fuzz_function AS
SELECT p.oid, proargtypes FROM member JOIN pg_proc AS p ON classid = 'pg_proc'::regclass AND objid = p.oid
WHERE prokind = 'f' AND prolang = (SELECT oid FROM pg_language WHERE lanname = 'c');

-- A summary of each type, for sums and as a second argument.
CREATE TEMP TABLE fuzz_fixed (type oid, v text);
INSERT INTO fuzz_fixed VALUES
    ('sales_summary'::regtype, (SELECT sales_summary(s, 100.25 + 1e-9, date '2025-01-01' + 20 * g, date '2025-01-20' + 50 * g)
                                FROM unnest('{won,lost,void,open,won}'::text[]) AS s, generate_series(1, 2) AS g)),
    ('meeting_summary'::regtype, (SELECT meeting_summary(s, date '2026-01-05', true) FROM unnest('{held,booked,no_show}'::text[]) AS s)),
    ('lead_summary'::regtype, (SELECT lead_summary(date '2026-01-05' + 20 * i) FROM generate_series(1, 9) AS i)),
    ('customer_summary'::regtype, (SELECT customer_summary(date '2025-01-05', CASE WHEN i % 2 = 0 THEN date '2025-05-06' + 30 * i END, 10.5 * i, 99.9)
                                   FROM generate_series(1, 6) AS i)),
    ('funnel_summary'::regtype, '{"version":1,"step 1":{"entered":9,"converted":4,"dropped":2,"from_first":9,"days":30,"times":[[3,2],[12,2]]},
        "step 2":{"entered":4,"skipped":1},"stays 1":{"entered":9,"ongoing":2,"days":7,"times":[[0,4],[1,3]]}}'::funnel_summary);

-- The values of other arguments.  Words that a function does not know are not used for it.
CREATE TEMP TABLE fuzz_value (type oid, v text);
INSERT INTO fuzz_value
SELECT type::regtype, unnest(v) FROM (VALUES
    ('text', '{won,lost,void,open,closed,decided,created,value,all,log,log-log,plain,exposure,survival,forever,running,ended,held,booked,no_show,first,last,every}'::text[]),
    ('boolean', '{t,f,NULL}'),
    ('integer', '{0,1,2,3,12,30,365,2147483647}'),
    ('bigint', '{0,1,7,-3,9223372036854775807}'),
    ('double precision', '{0,0.01,0.5,0.8,0.95,1,12.25}'),
    ('numeric', '{0,1,-3.5,100.25,1e-9,1e30,NULL}'),
    ('date', '{2025-02-03,2026-01-31,2026-07-01,2000-01-01,4714-11-24 BC,5874897-12-31,infinity,NULL}'),
    ('timestamp with time zone', '{2025-02-03 04:05:06.789Z,2026-07-01 00:00Z,294276-12-31 00:00Z,-infinity,NULL}'),
    ('interval[]', '{"{}","{1 day,NULL}"}'),
    ('bigint[]', '{"{}","{1,2}","{3,1,5,2,9}"}'),
    ('date[]', '{"{}","{2026-01-01}"}'),
    ('integer[]', '{"{6,7}"}')) AS pool (type, v);
