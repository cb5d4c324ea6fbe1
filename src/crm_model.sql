-- src/crm_model.sql: the same few relations over the tables of any CRM, as text to review and run
--
-- What a CRM's tables look like stands in src/adapters, one file per CRM and
-- version: a query per relation.  From these, and from the user's options, come
-- the statements that make the model; the objects are the user's, and nothing
-- of all this is kept here.
--
-- Functions are qualified and arguments have exactly the types that operators
-- of pg_catalog take, so that none in another schema can be a better match.

CREATE FUNCTION crm_relations()
RETURNS TABLE (relation text, column_name text, type text, is_key boolean, meaning text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
VALUES
    ('fx_rate'::text, NULL::text, 'table'::text, false, 'rates of currencies to the base currency'::text),
    ('fx_rate', 'currency', 'text', true, 'code of the currency, such as USD'),
    ('fx_rate', 'valid_from', 'date', true, 'first day on which the rate holds, up to that of the next one'),
    ('fx_rate', 'rate_to_base', 'numeric', false, 'units of the base currency for one of this currency'),
    ('owner', NULL, 'view', false, 'people who own opportunities, activities and meetings'),
    ('owner', 'owner_id', 'text', true, 'identifier of the owner'),
    ('owner', 'name', 'text', false, 'name of the owner'),
    ('owner', 'team', 'text', false, 'team of the owner'),
    ('owner', 'is_active', 'boolean', false, 'does the owner still work here'),
    ('opportunity', NULL, 'view', false, 'opportunities, one row each, in their present state'),
    ('opportunity', 'opportunity_id', 'text', true, 'identifier of the opportunity'),
    ('opportunity', 'company_id', 'text', false, 'the company that may buy'),
    ('opportunity', 'owner_id', 'text', false, 'the present owner'),
    ('opportunity', 'org_id', 'text', false, 'the part of one''s own company, or the pipeline'),
    ('opportunity', 'created_on', 'date', false, 'day on which it was opened'),
    ('opportunity', 'qualified_on', 'date', false, 'day on which sales accepted it'),
    ('opportunity', 'closed_on', 'date', false, 'day on which it was won, lost or void; NULL while it is open'),
    ('opportunity', 'expected_close_on', 'date', false, 'day on which it is expected to close: a forecast'),
    ('opportunity', 'status', 'text', false, 'open, won, lost, or void: neither won nor lost'),
    ('opportunity', 'stage', 'text', false, 'stage, as the CRM calls it'),
    ('opportunity', 'amount', 'numeric', false, 'amount in its own currency; NULL: not known'),
    ('opportunity', 'currency', 'text', false, 'code of the currency; NULL: the base currency'),
    ('lead', NULL, 'view', false, 'leads, one row each'),
    ('lead', 'lead_id', 'text', true, 'identifier of the lead'),
    ('lead', 'created_on', 'date', false, 'day on which it came in'),
    ('lead', 'qualified_on', 'date', false, 'day on which it was qualified'),
    ('lead', 'disqualified_on', 'date', false, 'day on which it was given up'),
    ('lead', 'converted_opportunity_id', 'text', false, 'the opportunity that it became'),
    ('lead', 'owner_id', 'text', false, 'the present owner'),
    ('lead', 'source', 'text', false, 'where it came from'),
    ('company', NULL, 'view', false, 'companies, one row each'),
    ('company', 'company_id', 'text', true, 'identifier of the company'),
    ('company', 'name', 'text', false, 'name of the company'),
    ('company', 'created_on', 'date', false, 'day on which it was added'),
    ('company', 'owner_id', 'text', false, 'who added it or owns it'),
    ('contact', NULL, 'view', false, 'people at companies, one row each'),
    ('contact', 'contact_id', 'text', true, 'identifier of the contact'),
    ('contact', 'company_id', 'text', false, 'the company of the contact'),
    ('contact', 'created_on', 'date', false, 'day on which it was added'),
    ('contact', 'owner_id', 'text', false, 'who added it or owns it'),
    ('activity', NULL, 'view', false, 'calls, e-mails and other activities that were done'),
    ('activity', 'activity_id', 'text', true, 'identifier of the activity'),
    ('activity', 'kind', 'text', false, 'call, email, linkedin or other'),
    ('activity', 'occurred_on', 'date', false, 'day on which it was done'),
    ('activity', 'owner_id', 'text', false, 'who did it'),
    ('activity', 'direction', 'text', false, 'in or out'),
    ('activity', 'is_conversation', 'boolean', false, 'did somebody answer; NULL: not known'),
    ('activity', 'duration_s', 'numeric', false, 'duration in seconds'),
    ('activity', 'opportunity_id', 'text', false, 'the opportunity that it was for'),
    ('activity', 'contact_id', 'text', false, 'the contact that it was with'),
    ('email', NULL, 'view', false, 'e-mails that were sent, one row per addressee'),
    ('email', 'email_id', 'text', true, 'identifier of the delivery'),
    ('email', 'sent_on', 'date', false, 'day on which it was sent'),
    ('email', 'owner_id', 'text', false, 'who sent it'),
    ('email', 'is_bounced', 'boolean', false, 'did it come back'),
    ('email', 'is_open_tracked', 'boolean', false, 'would it be known if it was opened'),
    ('email', 'is_opened', 'boolean', false, 'was it opened'),
    ('email', 'is_clicked', 'boolean', false, 'was a link in it followed'),
    ('email', 'is_replied', 'boolean', false, 'was it answered'),
    ('meeting', NULL, 'view', false, 'meetings, one row per appointment'),
    ('meeting', 'meeting_id', 'text', true, 'identifier of the meeting'),
    ('meeting', 'booked_on', 'date', false, 'day on which it was agreed'),
    ('meeting', 'scheduled_on', 'date', false, 'day on which it is to take place'),
    ('meeting', 'status', 'text', false, 'booked, held, presumed_held, no_show, cancelled, declined, unknown or rescheduled'),
    ('meeting', 'booked_by', 'text', false, 'the owner who agreed it'),
    ('meeting', 'host', 'text', false, 'the owner who holds it'),
    ('meeting', 'opportunity_id', 'text', false, 'the opportunity that it is about, or led to'),
    ('meeting', 'is_qualified', 'boolean', false, 'did it lead to a qualified opportunity; NULL: not known'),
    ('stage_change', NULL, 'view', false, 'changes of the stage of opportunities'),
    ('stage_change', 'opportunity_id', 'text', false, 'the opportunity'),
    ('stage_change', 'changed_at', 'timestamptz', false, 'when it changed'),
    ('stage_change', 'from_stage', 'text', false, 'stage before; NULL: not known, or the first'),
    ('stage_change', 'to_stage', 'text', false, 'stage afterwards'),
    ('stage_change', 'to_status', 'text', false, 'status afterwards: open, won, lost or void'),
    ('stage_change', 'amount', 'numeric', false, 'amount at that moment'),
    ('customer_revenue', NULL, 'table', false, 'what customers paid, or were invoiced, net of tax and refunds'),
    ('customer_revenue', 'customer_id', 'text', false, 'the company that pays'),
    ('customer_revenue', 'period_on', 'date', false, 'a day in the period that it is for'),
    ('customer_revenue', 'amount', 'numeric', false, 'amount in its own currency'),
    ('customer_revenue', 'currency', 'text', false, 'code of the currency; NULL: the base currency'),
    ('customer_revenue', 'gross_margin', 'double precision', false, 'the part of it that is margin, from 0 to 1'),
    ('spend', NULL, 'table', false, 'what is spent on sales and marketing'),
    ('spend', 'spent_on', 'date', false, 'day on which it was spent'),
    ('spend', 'amount', 'numeric', false, 'amount in its own currency'),
    ('spend', 'currency', 'text', false, 'code of the currency; NULL: the base currency'),
    ('spend', 'category', 'text', false, 'what it was for'),
    ('target', NULL, 'table', false, 'targets'),
    ('target', 'kpi', 'text', false, 'what is to be reached'),
    ('target', 'owner_id', 'text', false, 'who is to reach it; NULL: the whole team'),
    ('target', 'first', 'date', false, 'first day of the period'),
    ('target', 'last', 'date', false, 'first day after the period'),
    ('target', 'value', 'numeric', false, 'what is to be reached in the whole period'),
    ('working_calendar', NULL, 'table', false, 'days on which nobody works, besides weekends'),
    ('working_calendar', 'holiday', 'date', true, 'the day'),
    ('working_calendar', 'name', 'text', false, 'its name');
END;
COMMENT ON FUNCTION crm_relations() IS
    'the relations of a CRM model and their columns, in order; a relation itself has a row without column, whose type is what stands for it where a CRM has none of it: an empty view, or a table to fill';

-- The files, one after another, stand in the install script in place of the line below.
CREATE FUNCTION crm_adapters()
RETURNS text
AS $install$
SELECT $adapters$
-- adapters
$adapters$::pg_catalog.text
$install$
LANGUAGE sql IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION crm_adapters() IS
    'the files of src/adapters, one after another';

CREATE FUNCTION crm_adapter_parts()
RETURNS TABLE (place bigint, crm text, version text, part text, name text, content text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
WITH RECURSIVE piece AS (
    SELECT n, pg_catalog.split_part(line, ': '::text, 1) AS key, pg_catalog.split_part(rest, E'\n'::text, 1) AS first,
           pg_catalog.substr(rest, pg_catalog.strpos(rest || E'\n'::text, E'\n'::text) + 1) AS further
    FROM pg_catalog.regexp_split_to_table(crm_adapters(), E'\n-- (?=(?:adapter|version|tested on|like|option|relation): )'::text)
             WITH ORDINALITY AS p(line, n),
         LATERAL pg_catalog.substr(line, pg_catalog.strpos(line, ': '::text) + 2) AS rest
    WHERE n > 1),
numbered AS (
    SELECT *, pg_catalog.count(*) FILTER (WHERE key = 'adapter'::text) OVER (ORDER BY n) AS file FROM piece),
own AS (
    SELECT file, n, pg_catalog.max(first) FILTER (WHERE key = 'adapter'::text) OVER f AS crm,
           pg_catalog.max(first) FILTER (WHERE key = 'version'::text) OVER f AS version, key,
           CASE key WHEN 'option'::text THEN pg_catalog.split_part(first, ' '::text, 1) WHEN 'relation'::text THEN first END AS name,
           CASE key WHEN 'relation'::text THEN pg_catalog.btrim(further, E' \n'::text) ELSE first END AS content
    FROM numbered WINDOW f AS (PARTITION BY file)),
-- each file, and what it is like
source AS (
    SELECT file, crm, version, file AS from_file, 1 AS depth FROM own WHERE key = 'adapter'::text
    UNION ALL
    SELECT s.file, s.crm, s.version, o.file, s.depth + 1
    FROM source AS s JOIN own AS l ON l.file = s.from_file AND l.key = 'like'::text
    JOIN own AS o ON o.key = 'adapter'::text AND o.crm || ' '::text || o.version = l.content
    WHERE s.depth < 9)
SELECT DISTINCT ON (s.file, o.key, o.name) s.file, s.crm, s.version, o.key, o.name, o.content
FROM source AS s JOIN own AS o ON o.file = s.from_file AND (s.depth = 1 OR o.key = ANY ('{option,relation}'::text[]))
ORDER BY s.file, o.key, o.name, s.depth, o.n;
END;
COMMENT ON FUNCTION crm_adapter_parts() IS
    'the files of src/adapters, taken apart, with what they have from the versions that they are like';

CREATE FUNCTION crm_sources()
RETURNS TABLE (crm text, version text, relations text[], options text[], tested_on text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
SELECT p.crm, p.version,
       pg_catalog.array_agg(p.name) FILTER (WHERE p.part = 'relation'::text),
       pg_catalog.array_agg(p.content) FILTER (WHERE p.part = 'option'::text),
       pg_catalog.max(p.content) FILTER (WHERE p.part = 'tested on'::text)
FROM crm_adapter_parts() AS p
GROUP BY p.place, p.crm, p.version
ORDER BY p.place;
END;
COMMENT ON FUNCTION crm_sources() IS
    'the CRMs whose tables are known, newest version first: the relations made of them, the options that they take, and what they were tested on';

CREATE FUNCTION crm_refuse(message text, hint text)
RETURNS text
AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = '22023', MESSAGE = message, HINT = hint;
END
$$ LANGUAGE plpgsql PARALLEL SAFE;
COMMENT ON FUNCTION crm_refuse(text, text) IS
    'raises an error';

CREATE FUNCTION crm_dollar_quote(body text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
SELECT tag || E'\n'::text || body || E'\n'::text || tag
FROM pg_catalog.generate_series(0, pg_catalog.length(body)) AS n,
     LATERAL (SELECT CASE n WHEN 0 THEN '$$'::text ELSE '$q'::text || n::text || '$'::text END) AS t(tag)
WHERE pg_catalog.strpos(body, CASE n WHEN 0 THEN '$'::text ELSE tag END) = 0
ORDER BY n LIMIT 1;
END;
COMMENT ON FUNCTION crm_dollar_quote(text) IS
    'a body between dollar signs, with a tag that is not in it';

-- A placeholder in a literal that was put in is none, since all are put in at once.
CREATE FUNCTION crm_fill(template text, names text[], literals text[])
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
SELECT pg_catalog.string_agg(CASE WHEN n = 1 THEN piece
                                  WHEN literal IS NULL THEN '{'::text || piece
                                  ELSE literal || pg_catalog.substr(piece, pg_catalog.strpos(piece, '}'::text) + 1) END,
                             ''::text ORDER BY n)
FROM pg_catalog.string_to_table(template, '{'::text) WITH ORDINALITY AS s(piece, n),
     LATERAL (SELECT literals[pg_catalog.array_position(names, pg_catalog.split_part(piece, '}'::text, 1))]) AS v(literal);
END;
COMMENT ON FUNCTION crm_fill(text, text[], text[]) IS
    'the template with literals in place of the names that stand between braces';

-- What the CRM's file and everybody takes, with the values given, as SQL.
CREATE FUNCTION crm_options(crm text, version text, options jsonb)
RETURNS TABLE (name text, kind text, is_required boolean, value jsonb, literal text)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
SELECT o.name, o.kind, o.is_required, v.value,
       CASE o.kind
       WHEN 'text'::text THEN coalesce(pg_catalog.quote_literal(v.value #>> '{}'::text[]), 'NULL'::text) || '::text'::text
       WHEN 'identifier'::text THEN coalesce(pg_catalog.quote_ident(v.value #>> '{}'::text[]), 'NULL'::text)
       WHEN 'number'::text THEN coalesce(pg_catalog.quote_literal(v.value #>> '{}'::text[]), 'NULL'::text) || '::numeric'::text
       WHEN 'boolean'::text THEN coalesce(v.value #>> '{}'::text[], 'NULL'::text) || '::boolean'::text
       WHEN 'map'::text THEN coalesce(pg_catalog.quote_literal(v.value::text), 'NULL'::text) || '::jsonb'::text
       WHEN 'list'::text THEN coalesce(pg_catalog.quote_literal((
           SELECT pg_catalog.array_agg(e #>> '{}'::text[])
           FROM pg_catalog.jsonb_path_query(v.value, '$[*]'::jsonpath) AS e)::text),
           CASE WHEN v.value IS NULL THEN 'NULL'::text ELSE '''{}'''::text END) || '::text[]'::text
       END
FROM (SELECT f[1], f[2], f[3] IS NOT NULL, pg_catalog.replace(f[5], ''''''::text, ''''::text)
      FROM crm_adapter_parts() AS p,
           LATERAL pg_catalog.regexp_match(p.content,
               '^(\w+) (text|list|number|boolean|identifier|map)( required)?( DEFAULT ''((?:[^'']|'''')*)'')? '::text) AS f
      WHERE p.crm = crm_options.crm AND p.version = crm_options.version AND p.part = 'option'::text
      UNION ALL VALUES ('version'::text, 'text'::text, false, NULL::text), ('relations', 'list', false, NULL)
      UNION ALL SELECT 'base_currency'::text, 'text'::text, false, NULL::text
      WHERE NOT EXISTS (SELECT FROM crm_adapter_parts() AS p
                        WHERE p.crm = crm_options.crm AND p.version = crm_options.version
                          AND p.part = 'option'::text AND p.name = 'base_currency'::text)) AS o(name, kind, is_required, preset),
     LATERAL (SELECT coalesce(
         nullif(options -> o.name, 'null'::jsonb),
         CASE WHEN o.kind = ANY ('{text,identifier}'::text[]) THEN pg_catalog.to_jsonb(o.preset) ELSE o.preset::jsonb END)) AS v(value);
END;
COMMENT ON FUNCTION crm_options(text, text, jsonb) IS
    'the options that a CRM takes, with the values given or preset, as they stand in queries';

CREATE FUNCTION crm_version(crm text, options jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
SELECT coalesce(options ->> 'version'::text,
                (SELECT p.version FROM crm_adapter_parts() AS p WHERE p.crm = crm_version.crm ORDER BY p.place LIMIT 1));
END;
COMMENT ON FUNCTION crm_version(text, jsonb) IS
    'the version asked for, else the newest one of that CRM';

CREATE FUNCTION crm_queries(crm text, source_schema text, target_schema text, time_zone text, options jsonb)
RETURNS TABLE (relation text, query text, missing text[])
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
WITH o AS (SELECT * FROM crm_options(crm_queries.crm, crm_version(crm_queries.crm, options), options))
SELECT p.name,
       crm_fill(p.content, '{source,target,zone}'::text[] || ARRAY(SELECT 'option:'::text || o.name FROM o ORDER BY o.name),
                ARRAY[pg_catalog.quote_ident(source_schema), pg_catalog.quote_ident(target_schema), pg_catalog.quote_literal(time_zone)]
                || ARRAY(SELECT o.literal FROM o ORDER BY o.name)),
       -- tables that the query reads and the source lacks
       (SELECT pg_catalog.array_agg(DISTINCT t.name)
        FROM pg_catalog.pg_namespace AS s,
             pg_catalog.regexp_matches(p.content, '\{source\}\.(\w+|"[^"]+")'::text, 'g'::text) AS m,
             LATERAL pg_catalog.btrim(m[1], '"'::text) AS t(name)
        WHERE s.nspname = source_schema::name
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.relnamespace = s.oid AND c.relname = t.name::name))
FROM crm_adapter_parts() AS p
WHERE p.crm = crm_queries.crm AND p.version = crm_version(crm_queries.crm, options) AND p.part = 'relation'::text
  AND NOT EXISTS (SELECT FROM o WHERE o.name = 'relations'::text AND NOT pg_catalog.jsonb_exists(o.value, p.name));
END;
COMMENT ON FUNCTION crm_queries(text, text, text, text, jsonb) IS
    'the query of each relation of a CRM, and the tables that it would read and that are not there';

CREATE FUNCTION crm_problems(crm text, source_schema text, target_schema text, time_zone text, options jsonb)
RETURNS TABLE (message text, hint text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
WITH o AS (SELECT * FROM crm_options(crm_problems.crm, crm_version(crm_problems.crm, options), options)),
known AS (
    SELECT 'The options are '::text || pg_catalog.string_agg(o.name || ' ('::text || o.kind
               || CASE WHEN o.is_required THEN ', required)'::text ELSE ')'::text END, ', '::text ORDER BY o.name) || '.'::text AS list
    FROM o)
SELECT 'unknown CRM "'::text || crm_problems.crm || '"'::text,
       'crm_sources() lists them: '::text || (SELECT pg_catalog.string_agg(DISTINCT s.crm, ', '::text) FROM crm_sources() AS s) || '.'::text
WHERE crm_problems.crm <> ALL (ARRAY(SELECT s.crm FROM crm_sources() AS s))
UNION ALL
SELECT 'unknown version "'::text || (options ->> 'version'::text) || '" of '::text || crm_problems.crm,
       'crm_sources() lists them: '::text || (SELECT pg_catalog.string_agg(s.version, ', '::text) FROM crm_sources() AS s
                                              WHERE s.crm = crm_problems.crm) || '.'::text
WHERE (options ->> 'version'::text) <> ALL (ARRAY(SELECT s.version FROM crm_sources() AS s WHERE s.crm = crm_problems.crm))
UNION ALL
SELECT 'the model cannot lie in the schema of its source, "'::text || source_schema || '"'::text, 'Name a schema of its own, such as kpi.'::text
WHERE source_schema::name = target_schema::name
UNION ALL
SELECT 'time zone "'::text || time_zone || '" is not known'::text, NULL
WHERE pg_catalog.timezone(time_zone, 'epoch'::timestamptz) IS NULL  -- or an error of the server's own
UNION ALL
SELECT 'options must be a JSON object'::text, known.list FROM known WHERE pg_catalog.jsonb_typeof(options) <> 'object'::text
UNION ALL
SELECT 'unknown option "'::text || k || '"'::text, known.list
FROM known, pg_catalog.jsonb_object_keys(CASE WHEN pg_catalog.jsonb_typeof(options) = 'object'::text THEN options ELSE '{}'::jsonb END) AS k
WHERE k <> ALL (ARRAY(SELECT o.name FROM o))
UNION ALL
SELECT 'option "'::text || o.name || '" is required'::text, known.list FROM o, known WHERE o.is_required AND o.value IS NULL
UNION ALL
SELECT 'option "'::text || o.name || '" is no '::text || o.kind, known.list
FROM o, known,
     LATERAL (SELECT CASE o.kind WHEN 'map'::text THEN 'object'::text WHEN 'list'::text THEN 'array'::text
                                 WHEN 'number'::text THEN 'number'::text WHEN 'boolean'::text THEN 'boolean'::text ELSE 'string'::text END) AS t(json)
WHERE pg_catalog.jsonb_typeof(o.value) <> t.json
   OR o.kind = 'list'::text AND pg_catalog.jsonb_path_exists(o.value, '$[*] ? (@.type() != "string")'::jsonpath)
UNION ALL
SELECT 'there is no relation "'::text || r || '" of '::text || crm_problems.crm,
       'It has '::text || (SELECT pg_catalog.array_to_string(s.relations, ', '::text) FROM crm_sources() AS s
                               WHERE s.crm = crm_problems.crm AND s.version = crm_version(crm_problems.crm, crm_problems.options)) || '.'::text
FROM o, pg_catalog.jsonb_array_elements_text(o.value) AS r
WHERE o.name = 'relations'::text AND r <> ALL (ARRAY(
    SELECT p.name FROM crm_adapter_parts() AS p
    WHERE p.crm = crm_problems.crm AND p.version = crm_version(crm_problems.crm, options) AND p.part = 'relation'::text))
UNION ALL
SELECT 'no table of '::text || crm_problems.crm || ' is in schema "'::text || source_schema || '"'::text, 'Is it another schema?'::text
WHERE NOT EXISTS (SELECT FROM crm_queries(crm_problems.crm, source_schema, target_schema, time_zone, options) AS q
                  WHERE q.missing IS NULL);
END;
COMMENT ON FUNCTION crm_problems(text, text, text, text, jsonb) IS
    'what is wrong with the arguments of crm_model_sql';

-- The statements of a relation that is made by a query.
CREATE FUNCTION crm_view_sql(target_schema text, relation text, query text, origin text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
WITH name AS (
    SELECT pg_catalog.quote_ident(target_schema) || '.'::text || relation AS view,
           pg_catalog.quote_ident(target_schema) || '.src_'::text || relation AS function,
           (SELECT 'SELECT '::text || pg_catalog.string_agg('NULL::'::text || c.type, ', '::text) || ' WHERE false'::text
            FROM crm_relations() AS c WHERE c.relation = crm_view_sql.relation AND c.column_name IS NOT NULL) AS nothing),
col AS (
    SELECT * FROM crm_relations() WITH ORDINALITY AS r(relation, column_name, type, is_key, meaning, n)
    WHERE r.relation = crm_view_sql.relation),
shown AS (  -- money has its value in the base currency beside it
    SELECT column_name, 's.'::text || column_name AS expression, meaning, n FROM col WHERE column_name IS NOT NULL
    UNION ALL
    SELECT 'base_amount'::text,
           pg_catalog.quote_ident(target_schema) || '.to_base(s.amount, s.currency, '::text
               || CASE relation WHEN 'opportunity'::text
                  THEN 'coalesce(s.closed_on, '::text || pg_catalog.quote_ident(target_schema) || '.as_of())'::text
                  ELSE 's.period_on'::text END || ') AS base_amount'::text,
           'amount in the base currency; NULL: the amount, or the rate of its currency on that day, is not known'::text, 99
    WHERE relation = ANY ('{opportunity,customer_revenue}'::text[]))
SELECT pg_catalog.concat(
    'CREATE OR REPLACE FUNCTION '::text, function, E'()\nRETURNS TABLE ('::text,
    (SELECT pg_catalog.string_agg(column_name || ' '::text || type, ', '::text ORDER BY n) FROM col WHERE column_name IS NOT NULL),
    E')\nLANGUAGE sql STABLE PARALLEL SAFE AS '::text, crm_dollar_quote(coalesce(query, nothing)), E';\n'::text,
    'COMMENT ON FUNCTION '::text, function, '() IS '::text, pg_catalog.quote_literal(origin), E';\n'::text,
    'CREATE OR REPLACE VIEW '::text, view, E' WITH (security_invoker = true) AS\nSELECT '::text,
    (SELECT pg_catalog.string_agg(expression, ', '::text ORDER BY n) FROM shown),
    E'\nFROM '::text, function, E'() AS s;\n'::text,
    'COMMENT ON VIEW '::text, view, ' IS '::text,
    (SELECT pg_catalog.quote_literal(meaning) FROM col WHERE column_name IS NULL), E';\n'::text,
    (SELECT pg_catalog.string_agg('COMMENT ON COLUMN '::text || view || '.'::text || column_name || ' IS '::text
                                  || pg_catalog.quote_literal(meaning) || ';'::text, E'\n'::text ORDER BY n) FROM shown))
FROM name;
END;
COMMENT ON FUNCTION crm_view_sql(text, text, text, text) IS
    'the statements that make a relation from its query: a function with the query, and a view on it';

-- Those of a relation that the user fills.
CREATE FUNCTION crm_table_sql(target_schema text, relation text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
SELECT pg_catalog.concat(
    'CREATE TABLE '::text, name, ' ('::text,
    pg_catalog.string_agg(column_name || ' '::text || type, ', '::text ORDER BY n) FILTER (WHERE column_name IS NOT NULL),
    ', PRIMARY KEY ('::text || pg_catalog.string_agg(column_name, ', '::text ORDER BY n) FILTER (WHERE is_key) || ')'::text, E');\n'::text,
    pg_catalog.string_agg('COMMENT ON '::text || coalesce('COLUMN '::text || name || '.'::text || column_name, 'TABLE '::text || name) || ' IS '::text
               || pg_catalog.quote_literal(meaning) || ';'::text, E'\n'::text ORDER BY n))
FROM crm_relations() WITH ORDINALITY AS r(relation, column_name, type, is_key, meaning, n),
     LATERAL (SELECT pg_catalog.quote_ident(target_schema) || '.'::text || r.relation) AS t(name)
WHERE r.relation = crm_table_sql.relation
GROUP BY name;
END;
COMMENT ON FUNCTION crm_table_sql(text, text) IS
    'the statements that make a relation that is a table to fill';

-- The model's own functions: which day it is, and what money is worth.
CREATE FUNCTION crm_clock_sql(target_schema text, time_zone text, is_there boolean)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
WITH t AS (SELECT '{target,zone}'::text[] AS names, ARRAY[pg_catalog.quote_ident(target_schema), pg_catalog.quote_literal(time_zone)] AS literals)
SELECT crm_fill(CASE WHEN is_there THEN ''::text ELSE $sql$CREATE TABLE {target}.kpi_clock (as_of date);
CREATE UNIQUE INDEX ON {target}.kpi_clock ((true));
INSERT INTO {target}.kpi_clock VALUES (NULL);
COMMENT ON TABLE {target}.kpi_clock IS 'its one row says which day it is, for the whole model';
COMMENT ON COLUMN {target}.kpi_clock.as_of IS 'that day; NULL: today';
$sql$::text END || $sql$CREATE OR REPLACE FUNCTION {target}.as_of()
RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE AS {body};
COMMENT ON FUNCTION {target}.as_of() IS 'the day that it is: that of kpi_clock, else today';$sql$::text,
    t.names || 'body'::text, t.literals || crm_dollar_quote(crm_fill(
        'SELECT coalesce((SELECT c.as_of FROM {target}.kpi_clock AS c), (pg_catalog.now() AT TIME ZONE {zone})::date)'::text,
        t.names, t.literals)))
FROM t;
END;
COMMENT ON FUNCTION crm_clock_sql(text, text, boolean) IS
    'the statements that make the clock of a model, unless it is there, and the function that reads it';

CREATE FUNCTION crm_money_sql(target_schema text, base_currency text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
WITH t AS (
    SELECT '{target,base}'::text[] AS names,
           ARRAY[pg_catalog.quote_ident(target_schema), coalesce(pg_catalog.quote_literal(base_currency), 'NULL'::text) || '::text'::text] AS literals)
SELECT crm_fill($sql$CREATE OR REPLACE FUNCTION {target}.rate_on(currency text, day date)
RETURNS numeric
LANGUAGE sql STABLE PARALLEL SAFE AS {rate};
COMMENT ON FUNCTION {target}.rate_on(text, date) IS 'the rate of a currency to the base currency that holds on a day; NULL: not known';
CREATE OR REPLACE FUNCTION {target}.to_base(amount numeric, currency text, day date)
RETURNS numeric
LANGUAGE sql STABLE PARALLEL SAFE AS {amount};
COMMENT ON FUNCTION {target}.to_base(numeric, text, date) IS 'an amount in the base currency, at the rate of that day; NULL: the amount or the rate is not known';$sql$::text,
    t.names || '{rate,amount}'::text[], t.literals || ARRAY[
    crm_dollar_quote(crm_fill($sql$SELECT r.rate_to_base FROM {target}.fx_rate AS r
WHERE r.currency = rate_on.currency AND r.valid_from <= rate_on.day
ORDER BY r.valid_from DESC LIMIT 1$sql$::text, t.names, t.literals)),
    crm_dollar_quote(crm_fill($sql$SELECT CASE WHEN to_base.currency IS NULL OR to_base.currency = {base} THEN to_base.amount
            ELSE to_base.amount * {target}.rate_on(to_base.currency, to_base.day) END$sql$::text, t.names, t.literals))])
FROM t;
END;
COMMENT ON FUNCTION crm_money_sql(text, text) IS
    'the statements that make the functions of a model that convert currencies';

-- A table that an earlier call made, and that nobody filled, makes way for a view.
CREATE FUNCTION crm_way_sql(target_schema text, relation text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
SELECT 'DO '::text || crm_dollar_quote(crm_fill($sql$BEGIN
    IF EXISTS (SELECT FROM {table}) THEN
        RAISE EXCEPTION USING ERRCODE = '55000', MESSAGE = {message},
            HINT = 'Empty or drop it, or name the other relations in the option "relations".';
    END IF;
    DROP TABLE {table};
END$sql$::text, '{table,message}'::text[],
    ARRAY[name, pg_catalog.quote_literal('table '::text || name || ' has rows, so no view takes its place'::text)])) || E';\n'::text
FROM (SELECT pg_catalog.quote_ident(target_schema) || '.'::text || relation) AS t(name);
END;
COMMENT ON FUNCTION crm_way_sql(text, text) IS
    'the statements that drop a table to fill if it is empty';

CREATE FUNCTION crm_model_statements(crm text, source_schema text, target_schema text, time_zone text, options jsonb)
RETURNS TABLE (subject text, statement text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
WITH made AS (  -- each relation, its query if the CRM has it, and what is there already in the target schema
    SELECT r.n, r.relation, r.type, CASE WHEN q.missing IS NULL THEN q.query END AS query, q.missing, c.oid IS NOT NULL AS is_there,
           c.relkind = 'r'::"char" AND pg_catalog.obj_description(c.oid, 'pg_class'::name) = r.meaning AS is_our_table
    FROM crm_relations() WITH ORDINALITY AS r(relation, column_name, type, is_key, meaning, n)
    LEFT JOIN crm_queries(crm_model_statements.crm, source_schema, target_schema, time_zone, options) AS q ON q.relation = r.relation
    LEFT JOIN (pg_catalog.pg_namespace AS s JOIN pg_catalog.pg_class AS c ON c.relnamespace = s.oid)
        ON s.nspname = target_schema::name AND c.relname = r.relation::name
    WHERE r.column_name IS NULL),
statements AS (
    SELECT 0 AS n, 'schema'::text AS subject, 'CREATE SCHEMA '::text || pg_catalog.quote_ident(target_schema) || ';'::text AS statement
    WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_namespace AS s WHERE s.nspname = target_schema::name)
    UNION ALL
    SELECT 1, 'the clock'::text, crm_clock_sql(target_schema, time_zone, EXISTS (
        SELECT FROM pg_catalog.pg_namespace AS s JOIN pg_catalog.pg_class AS c ON c.relnamespace = s.oid
        WHERE s.nspname = target_schema::name AND c.relname = 'kpi_clock'::name))
    UNION ALL
    -- rates come first, and what converts with them second
    SELECT 1 + 2 * m.n::int,
           CASE WHEN m.query IS NULL AND m.type = 'table'::text THEN 'table '::text || m.relation || ', to fill'::text
                WHEN m.query IS NULL THEN 'view '::text || m.relation || ', empty'::text
                ELSE 'view '::text || m.relation END
               || coalesce(', as the source has no '::text || pg_catalog.array_to_string(m.missing, ', '::text), ''::text),
           CASE WHEN m.query IS NULL AND m.type = 'table'::text THEN crm_table_sql(target_schema, m.relation)
                ELSE CASE WHEN m.is_our_table THEN crm_way_sql(target_schema, m.relation) ELSE ''::text END
                     || crm_view_sql(target_schema, m.relation, m.query, crm_model_statements.crm) END
    FROM made AS m WHERE m.query IS NOT NULL OR NOT m.is_there
    UNION ALL
    SELECT 4, 'the conversion of currencies'::text, crm_money_sql(target_schema, options ->> 'base_currency'::text)
    WHERE options ->> 'base_currency'::text IS NOT NULL
       OR NOT EXISTS (SELECT FROM pg_catalog.pg_namespace AS s JOIN pg_catalog.pg_proc AS f ON f.pronamespace = s.oid
                      WHERE s.nspname = target_schema::name AND f.proname = 'to_base'::name))
SELECT crm_refuse(p.message, p.hint), NULL::text
FROM crm_problems(crm_model_statements.crm, source_schema, target_schema, time_zone, options) AS p
UNION ALL
SELECT * FROM (SELECT s.subject, s.statement FROM statements AS s ORDER BY s.n) AS s;
END;
COMMENT ON FUNCTION crm_model_statements(text, text, text, text, jsonb) IS
    'the statements of crm_model_sql, and what each of them makes';

CREATE FUNCTION crm_model_sql(crm text, source_schema text, target_schema text, time_zone text, options jsonb DEFAULT '{}')
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
SELECT pg_catalog.string_agg('-- '::text || s.subject || E'\n'::text || s.statement, E'\n\n'::text)
FROM crm_model_statements(crm, source_schema, target_schema, time_zone, options) AS s;
END;
COMMENT ON FUNCTION crm_model_sql(text, text, text, text, jsonb) IS
    'SQL that makes the model of a CRM''s tables in a schema of its own: to be reviewed and run, or run at once by create_crm_model; days are those of the time zone';

CREATE PROCEDURE create_crm_model(crm text, source_schema text, target_schema text, time_zone text, options jsonb DEFAULT '{}')
AS $$
DECLARE
    made record;
    extension name := (SELECT n.nspname FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'salesvelocity');
BEGIN
    IF num_nulls(crm, source_schema, target_schema, time_zone, options) > 0 THEN
        RAISE EXCEPTION 'the arguments of create_crm_model must not be null' USING ERRCODE = '22004';
    END IF;
    FOR made IN EXECUTE format('SELECT * FROM %I.crm_model_statements($1, $2, $3, $4, $5)', extension)
        USING crm, source_schema, target_schema, time_zone, options
    LOOP
        EXECUTE made.statement;
        RAISE NOTICE 'made %', made.subject;
    END LOOP;
END
$$ LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp;
COMMENT ON PROCEDURE create_crm_model(text, text, text, text, jsonb) IS
    'runs what crm_model_sql returns, and says what it makes';
