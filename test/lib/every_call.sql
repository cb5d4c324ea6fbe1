-- every_call.sql: calls of everything that the extension offers, for tests that compare servers, settings and moments
--
-- every_call.call has one query per call, of one text each; all names in it are qualified. every_call.answers() makes
-- them with the caller's settings and returns what comes of each, a text or an SQLSTATE. Functions and operators are
-- called with values of every_call.sample, summaries among them as they are stored; aggregates run over its rows.
CREATE SCHEMA every_call;
GRANT USAGE ON SCHEMA every_call TO public;

-- One column for each type and, of texts, for each word that an argument of some name takes.
CREATE TABLE every_call.sample AS
SELECT i AS n,
       i % 3 <> 0 AS "boolean",
       (ARRAY[1, 2, 7, 12, 30])[1 + i % 5] AS "integer",
       (ARRAY[0, 3, 40, 9007199254740993])[1 + i % 4] AS "bigint",
       (ARRAY[0.1, 0.95, 0.5, 1, 12345.678])[1 + i % 5]::double precision AS "double precision",
       (ARRAY[0, 0.5, 20, 1234567.89, 1e28, 99.99])[1 + i % 6] AS "numeric",
       '2024-01-01'::date + i * 37 % 400 AS "date",
       '2024-01-01 00:30Z'::timestamptz + i * 37 % 400 * interval '1 day 01:00' AS "timestamp with time zone",
       '2024-01-01'::date + i * 37 % 400 + i % 40 AS "date closed",
       '2024-01-01 00:30Z'::timestamptz + i * 37 % 400 * interval '1 day 01:00' + i % 40 * interval '1 day' AS "timestamp with time zone closed",
       '2024-10-15'::date + i * 7 AS "date as_of",
       ('2000-01-01'::date + i * interval '1 month')::date AS "date month",
       (CASE WHEN i % 2 = 0 THEN '{"version":1}' ELSE '{"version":1,"won":{"rows":' || i || '}}' END)::jsonb AS "jsonb",
       (ARRAY['{2024-03-29}', '{}', '{2024-02-29,2024-05-01}'])[1 + i % 3]::date[] AS "date[]",
       (ARRAY['{open,won}', '{open,lost}'])[1 + i % 2]::text[] AS "text[]",
       (ARRAY['{1.5,2.5}', '{NULL,-1e30}'])[1 + i % 2]::numeric[] AS "numeric[]",
       (ARRAY['{2024-01-10,2024-05-01}', '{2024-02-01,2024-03-01}'])[1 + i % 2]::date[] AS "date[] days",
       NULL::bigint[] AS "bigint[]",
       (ARRAY['{36:00}', '{NULL,10 days}'])[1 + i % 2]::interval[] AS "interval[]",
       (ARRAY['{6,7}', '{5,6}'])[1 + i % 2]::integer[] AS "integer[]",
       '{"version":1}' AS cstring,
       'won' AS text,
       (ARRAY['won', 'lost', 'open', 'void'])[1 + i % 4] AS "text status",
       (ARRAY['held', 'no_show', 'booked', 'unknown'])[1 + i % 4] AS "text meeting status",
       (ARRAY['closed', 'decided', 'created', 'value'])[1 + i % 4] AS "text basis",
       (ARRAY['won', 'lost', 'closed'])[1 + i % 3] AS "text outcome",
       (ARRAY['all', 'closed', 'open'])[1 + i % 3] AS "text opportunities",
       (ARRAY['won', 'closed', 'decided'])[1 + i % 3] AS "text cycle",
       (ARRAY['all', 'running', 'ended'])[1 + i % 3] AS "text population",
       (ARRAY['log', 'log-log', 'plain'])[1 + i % 3] AS "text transform",
       (ARRAY['exposure', 'survival'])[1 + i % 2] AS "text lifetime",
       (ARRAY['day', 'week', 'month', 'quarter', 'year'])[1 + i % 5] AS "text period",
       (ARRAY['UTC', 'Europe/Amsterdam', 'Pacific/Apia'])[1 + i % 3] AS "text zone",
       (ARRAY['first', 'last', 'every'])[1 + i % 3] AS "text entry"
FROM generate_series(1, 60) AS i;

-- Paths and summaries, of ever more rows.
UPDATE every_call.sample AS s SET "bigint[]" =
    (SELECT funnel_path(1 + r.n % 4, r.date) FROM every_call.sample AS r WHERE r.n BETWEEN s.n AND s.n + s.n % 5);
ALTER TABLE every_call.sample ADD sales_summary sales_summary, ADD meeting_summary meeting_summary, ADD lead_summary lead_summary,
    ADD customer_summary customer_summary, ADD funnel_summary funnel_summary;
UPDATE every_call.sample AS s SET
    sales_summary = (SELECT sales_summary("text status", "numeric", date, "date closed") FROM every_call.sample AS r WHERE r.n <= s.n),
    meeting_summary = (SELECT meeting_summary("text meeting status", date, "boolean") FROM every_call.sample AS r WHERE r.n <= s.n),
    lead_summary = (SELECT lead_summary(date) FROM every_call.sample AS r WHERE r.n <= s.n),
    customer_summary = (SELECT customer_summary(date, CASE WHEN "boolean" THEN date + 100 END, "double precision", "numeric")
                        FROM every_call.sample AS r WHERE r.n <= s.n),
    funnel_summary = (SELECT funnel_summary("bigint[]", '2025-02-03'::date, 'first', false, NULL) FROM every_call.sample AS r WHERE r.n <= s.n);
GRANT SELECT ON every_call.sample TO public;

-- The column that holds values for an argument, or NULL.
CREATE FUNCTION every_call.column_for(function text, argument text, type oid) RETURNS text
RETURN (SELECT attname
        FROM (VALUES (1, format_type(type, NULL) || CASE WHEN function ~ 'meeting|show_ratio|qualification_ratio' THEN ' meeting' END || ' ' || argument),
                     (2, format_type(type, NULL) || ' ' || argument),
                     (3, regexp_replace(format_type(type, NULL), '.*\.', ''))) AS wanted (place, name)
        JOIN pg_attribute ON attrelid = 'every_call.sample'::regclass AND attname = name
        ORDER BY place LIMIT 1);

-- A value of that column as a literal; all rows come in turn, in another order for each argument.
CREATE FUNCTION every_call.literal(type oid, from_column text, place bigint) RETURNS text LANGUAGE plpgsql STRICT AS $$
DECLARE
    result text;
BEGIN
    EXECUTE format('SELECT format(''%%L::%%I.%%I'', %I, typnamespace::regnamespace, typname) FROM every_call.sample, pg_type WHERE n = $1 AND oid = $2',
                   from_column) INTO result USING 1 + place % 60, type;
    RETURN result;
END $$;

CREATE TABLE every_call.call (n serial, what text, query text);
GRANT SELECT ON every_call.call TO public;
WITH member AS
    (SELECT classid, objid, pg_describe_object(classid, objid, 0) AS what, extnamespace::regnamespace AS schema
     FROM pg_extension AS e JOIN pg_depend ON refclassid = 'pg_extension'::regclass AND deptype = 'e' AND refobjid = e.oid
     WHERE extname = 'salesvelocity'),
callee AS
    (SELECT what, proname::text AS name, prokind::text AS kind, proargtypes::oid[] AS types, proargnames AS names,
            format('%s.%I(%%s)', schema, proname) AS form
     FROM member JOIN pg_proc AS p ON classid = 'pg_proc'::regclass AND objid = p.oid
     UNION ALL
     SELECT what, oprname, 'f', array_remove(ARRAY[oprleft, oprright], 0::oid), '{a,b}',
            CASE WHEN oprleft = 0 THEN format('OPERATOR(%s.%s) %%s', schema, oprname) ELSE format('%%s OPERATOR(%s.%s) %%s', schema, oprname) END
     FROM member JOIN pg_operator AS o ON classid = 'pg_operator'::regclass AND objid = o.oid
     UNION ALL
     SELECT what, 'cast', 'f', ARRAY[castsource], '{a}', format('(%%s)::%I.%I', typnamespace::regnamespace, typname)
     FROM member JOIN pg_cast AS c ON classid = 'pg_cast'::regclass AND objid = c.oid JOIN pg_type AS t ON t.oid = casttarget),
-- In an aggregate, what must be the same for all rows is a literal, all else is read from the table.
argument AS
    (SELECT what, k, i, CASE WHEN kind = 'f' OR names[i] IN ('as_of', 'periods', 'gross_margin', 'entry', 'backfill', 'windows')
                             THEN every_call.literal(type, from_column, k * 7 + i * 13)
                             ELSE format('%I', from_column) END AS value
     FROM callee, unnest(types) WITH ORDINALITY AS _(type, i), every_call.column_for(name, names[i], type) AS from_column, generate_series(1, 8) AS k)
INSERT INTO every_call.call (what, query)
SELECT what, format(CASE kind WHEN 'f' THEN 'SELECT ARRAY(SELECT %s)::pg_catalog.text'
                              WHEN 'a' THEN 'SELECT ARRAY(SELECT %s FROM every_call.sample WHERE n OPERATOR(pg_catalog.>=) ' || k || ')::pg_catalog.text'
                              WHEN 'w' THEN 'SELECT ARRAY(SELECT %s OVER (ORDER BY n) FROM every_call.sample WHERE n OPERATOR(pg_catalog.>=) ' || k || ')::pg_catalog.text'
                    END, CASE WHEN form LIKE '%(\%s)' THEN format(form, string_agg(value, ', ' ORDER BY i)) ELSE format(form, VARIADIC array_agg(value ORDER BY i)) END)
FROM callee JOIN argument USING (what)
GROUP BY what, kind, form, k
HAVING bool_and(value IS NOT NULL)
ORDER BY what, k;

-- What could not be called.
CREATE VIEW every_call.not_called AS
SELECT pg_describe_object(classid, objid, 0) AS what FROM pg_depend
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'salesvelocity')
  AND classid IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_cast'::regclass)
EXCEPT SELECT what FROM every_call.call;

-- Names are qualified here too, for the search path is the caller's.
CREATE FUNCTION every_call.answers() RETURNS TABLE (n integer, what text, answer text) LANGUAGE plpgsql STABLE AS $$
DECLARE
    query pg_catalog.text;
BEGIN
    FOR n, what, query IN SELECT c.n, c.what, c.query FROM every_call.call AS c ORDER BY c.n LOOP
        BEGIN
            EXECUTE query INTO answer;
        EXCEPTION WHEN OTHERS THEN
            answer := pg_catalog.concat(SQLSTATE, ' ', SQLERRM);
        END;
        RETURN NEXT;
    END LOOP;
END $$;
