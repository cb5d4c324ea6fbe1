-- src/crm_model.sql: the same few relations over the tables of any CRM, as text to review and run
--
-- From the queries of a CRM, and from the user's options, come the statements
-- that make the model.  The objects are the user's, and nothing of all this is
-- kept here.

CREATE FUNCTION crm_queries(crm text, source_schema text, target_schema text, time_zone text, options jsonb)
RETURNS TABLE (relation text, query text, missing text[])
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
WITH o AS (SELECT * FROM crm_options(crm_queries.crm, crm_version(crm_queries.crm, options), options))
SELECT p.name,
       CASE WHEN p.content = ''::text THEN g.query
       ELSE crm_fill(p.content, pg_catalog.jsonb_build_object(
                         'source', pg_catalog.quote_ident(source_schema), 'target', pg_catalog.quote_ident(target_schema),
                         'zone', pg_catalog.quote_literal(time_zone))
                     || (SELECT pg_catalog.jsonb_object_agg('option:'::text || o.name, o.literal) FROM o) || t.literals) END,
       -- tables that the query reads and the source lacks
       (SELECT pg_catalog.array_agg(DISTINCT t.name)
        FROM pg_catalog.pg_namespace AS s,
             pg_catalog.regexp_matches(p.content, '\{source\}\.(\w+|"[^"]+")'::text, 'g'::text) AS m,
             LATERAL pg_catalog.btrim(m[1], '"'::text) AS t(name)
        WHERE s.nspname = source_schema::name
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.relnamespace = s.oid AND c.relname = t.name::name))
FROM crm_adapter_parts() AS p,
     LATERAL (SELECT CASE WHEN EXISTS (SELECT FROM o WHERE o.name = 'relations'::text AND NOT pg_catalog.jsonb_exists(o.value, p.name)) THEN NULL
                          WHEN p.content = ''::text THEN crm_generic_query(p.name, source_schema, time_zone, options)
                          ELSE p.content END) AS g(query),
     -- tables that the query reads if they are there
     LATERAL (SELECT coalesce(pg_catalog.jsonb_object_agg(
                         'optional:'::text || m[1], CASE WHEN c.oid IS NULL THEN '(SELECT WHERE false) AS nothing'::text
                                                         ELSE pg_catalog.format('%I.%I'::text, source_schema, m[1]) END), '{}'::jsonb)
              FROM pg_catalog.regexp_matches(p.content, '\{optional:(\w+)\}'::text, 'g'::text) AS m
              LEFT JOIN (pg_catalog.pg_namespace AS s JOIN pg_catalog.pg_class AS c ON c.relnamespace = s.oid)
                  ON s.nspname = source_schema::name AND c.relname = m[1]::name) AS t(literals)
WHERE p.crm = crm_queries.crm AND p.version = (SELECT crm_version(crm_queries.crm, options)) AND p.part = 'relation'::text
  AND g.query IS NOT NULL;
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
               || CASE WHEN o.is_required THEN ', required)'::text ELSE ')'::text END, ', '::text ORDER BY o.name COLLATE pg_catalog."C") || '.'::text AS list
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
                               WHERE s.crm = crm_problems.crm AND s.version = (SELECT crm_version(crm_problems.crm, crm_problems.options))) || '.'::text
FROM o, pg_catalog.jsonb_array_elements_text(o.value) AS r
WHERE o.name = 'relations'::text AND r <> ALL (ARRAY(
    SELECT p.name FROM crm_adapter_parts() AS p
    WHERE p.crm = crm_problems.crm AND p.version = (SELECT crm_version(crm_problems.crm, options)) AND p.part = 'relation'::text))
UNION ALL
SELECT 'time zone "'::text || (options ->> 'timestamps'::text) || '" is not known'::text, NULL
WHERE pg_catalog.timezone(options ->> 'timestamps'::text, 'epoch'::timestamptz) IS NULL AND options ->> 'timestamps'::text IS NOT NULL
UNION ALL
SELECT g.message, g.hint FROM crm_generic_problems(options) AS g WHERE crm_problems.crm = 'generic'::text
UNION ALL
-- what would be replaced in a schema that holds no model yet
SELECT pg_catalog.format('%s "%s" is in schema "%s", and not of a model'::text, t.kind, t.name, target_schema), 'Rename it, or name another schema for the model.'::text
FROM pg_catalog.pg_namespace AS s,
     LATERAL (SELECT 'view'::text, c.relname
              FROM pg_catalog.pg_class AS c, crm_queries(crm_problems.crm, source_schema, target_schema, time_zone, options) AS q
              WHERE c.relnamespace = s.oid AND c.relkind = 'v'::"char" AND c.relname = q.relation::name
              UNION ALL
              SELECT 'function'::text, f.proname
              FROM pg_catalog.pg_proc AS f
              WHERE f.pronamespace = s.oid
                AND f.proname = ANY (ARRAY(SELECT 'src_'::text || r.relation FROM crm_relations() AS r
                                           UNION ALL SELECT pg_catalog.unnest('{as_of,rate_on,to_base}'::text[]))::name[])) AS t(kind, name)
WHERE s.nspname = target_schema::name
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.relnamespace = s.oid AND c.relname = 'kpi_clock'::name)
UNION ALL
SELECT 'no table of '::text || crm_problems.crm || ' is in schema "'::text || source_schema || '"'::text, 'Is it another schema?'::text
WHERE NOT EXISTS (SELECT FROM crm_queries(crm_problems.crm, source_schema, target_schema, time_zone, options) AS q
                  WHERE q.missing IS NULL)
LIMIT 1;
END;
COMMENT ON FUNCTION crm_problems(text, text, text, text, jsonb) IS
    'the first thing that is wrong with the arguments of crm_model_sql';

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
    'COMMENT ON FUNCTION '::text, function, '() IS '::text,
    pg_catalog.quote_literal('the rows of '::text || relation || ', from '::text
                             || CASE WHEN query IS NULL THEN 'nowhere'::text ELSE origin END), E';\n'::text,
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
WITH t AS (SELECT pg_catalog.jsonb_object('{target,zone}'::text[], ARRAY[pg_catalog.quote_ident(target_schema), pg_catalog.quote_literal(time_zone)]) AS literals)
SELECT crm_fill(CASE WHEN is_there THEN ''::text ELSE $sql$CREATE TABLE {target}.kpi_clock (as_of date);
CREATE UNIQUE INDEX ON {target}.kpi_clock ((true));
INSERT INTO {target}.kpi_clock VALUES (NULL);
COMMENT ON TABLE {target}.kpi_clock IS 'its one row says which day it is, for the whole model';
COMMENT ON COLUMN {target}.kpi_clock.as_of IS 'that day; NULL: today';
$sql$::text END || $sql$CREATE OR REPLACE FUNCTION {target}.as_of()
RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE AS {body};
COMMENT ON FUNCTION {target}.as_of() IS 'the day that it is: that of kpi_clock, else today';$sql$::text,
    t.literals || pg_catalog.jsonb_object('{body}'::text[], ARRAY[crm_dollar_quote(crm_fill(
        'SELECT coalesce((SELECT c.as_of FROM {target}.kpi_clock AS c), (pg_catalog.now() AT TIME ZONE {zone})::date)'::text,
        t.literals))]))
FROM t;
END;
COMMENT ON FUNCTION crm_clock_sql(text, text, boolean) IS
    'the statements that make the clock of a model, unless it is there, and the function that reads it';

CREATE FUNCTION crm_money_sql(target_schema text, base_currency text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
WITH t AS (
    SELECT pg_catalog.jsonb_object('{target,base}'::text[], ARRAY[
               pg_catalog.quote_ident(target_schema),
               coalesce(' OR to_base.currency = '::text || pg_catalog.quote_literal(base_currency), ''::text)]) AS literals)
SELECT crm_fill($sql$CREATE OR REPLACE FUNCTION {target}.rate_on(currency text, day date)
RETURNS numeric
LANGUAGE sql STABLE PARALLEL SAFE AS {rate};
COMMENT ON FUNCTION {target}.rate_on(text, date) IS 'the rate of a currency to the base currency that holds on a day; NULL: not known';
CREATE OR REPLACE FUNCTION {target}.to_base(amount numeric, currency text, day date)
RETURNS numeric
LANGUAGE sql STABLE PARALLEL SAFE AS {amount};
COMMENT ON FUNCTION {target}.to_base(numeric, text, date) IS 'an amount in the base currency, at the rate of that day; NULL: the amount or the rate is not known';$sql$::text,
    t.literals || pg_catalog.jsonb_object('{rate,amount}'::text[], ARRAY[crm_dollar_quote(crm_fill($sql$SELECT r.rate_to_base FROM {target}.fx_rate AS r
WHERE r.currency = rate_on.currency AND r.valid_from <= rate_on.day
ORDER BY r.valid_from DESC LIMIT 1$sql$::text, t.literals)), crm_dollar_quote(crm_fill($sql$SELECT CASE WHEN to_base.currency IS NULL{base} THEN to_base.amount
            ELSE to_base.amount * {target}.rate_on(to_base.currency, to_base.day) END$sql$::text, t.literals))]))
FROM t;
END;
COMMENT ON FUNCTION crm_money_sql(text, text) IS
    'the statements that make the functions of a model that convert currencies';

-- A table that an earlier call made, and that nobody filled, makes way for a view.
CREATE FUNCTION crm_way_sql(target_schema text, relation text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
SELECT 'DO '::text || crm_dollar_quote(crm_fill($sql$DECLARE
    readers text;
BEGIN
    IF EXISTS (SELECT FROM {table}) THEN
        RAISE EXCEPTION USING ERRCODE = '55000', MESSAGE = {has_rows},
            HINT = 'Empty or drop it, or name the other relations in the option "relations".';
    END IF;
    DROP TABLE {table};
EXCEPTION WHEN dependent_objects_still_exist THEN
    GET STACKED DIAGNOSTICS readers = PG_EXCEPTION_DETAIL;
    RAISE EXCEPTION USING ERRCODE = '2BP01', MESSAGE = {is_read}, DETAIL = readers,
        HINT = 'Drop what reads it, make the model, and then that again; create_kpi_views makes the KPI views.';
END$sql$::text, pg_catalog.jsonb_object('{table,has_rows,is_read}'::text[], ARRAY[
    name, pg_catalog.quote_literal('table '::text || name || ' has rows, so no view takes its place'::text),
    pg_catalog.quote_literal('table '::text || name || ' is read by other objects, so no view takes its place'::text)]))) || E';\n'::text
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
                     || crm_view_sql(target_schema, m.relation, m.query, crm_model_statements.crm || ' '::text
                                     || (SELECT crm_version(crm_model_statements.crm, options))) END
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
