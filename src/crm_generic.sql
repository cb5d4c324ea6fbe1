-- src/crm_generic.sql: the query of a relation from the user's own names of tables and columns

-- How a source's column becomes one of a relation, as an expression: NULL where neither is it named nor is it there.
CREATE FUNCTION crm_generic_column(relation text, column_name text, type text, given jsonb, found text, time_zone text, options jsonb)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
SELECT CASE
       WHEN given = 'null'::jsonb OR given IS NULL AND found IS NULL THEN 'NULL::'::text || type
       WHEN column_name = 'currency'::text AND options ->> 'base_currency'::text IS NULL
       THEN crm_refuse('option "base_currency" is required, as amounts have a currency'::text, 'It is the currency of the KPIs, such as EUR.'::text)
       WHEN type = 'text'::text
       THEN coalesce((SELECT 'CASE '::text || name || '::text'::text
                          || pg_catalog.string_agg(pg_catalog.concat(' WHEN '::text, pg_catalog.quote_literal(m.key), ' THEN '::text,
                                                                     pg_catalog.quote_literal(m.value)), ''::text ORDER BY m.key COLLATE pg_catalog."C")
                          || ' ELSE '::text || name || '::text END'::text
                      FROM pg_catalog.jsonb_each_text(given -> 'map'::text) AS m), name || '::text'::text)
       WHEN type = ANY ('{numeric,double precision,boolean}'::text[]) THEN value || '::'::text || type
       WHEN kind = 'timestamptz'::text AND type = 'date'::text
       THEN '('::text || value || '::timestamptz AT TIME ZONE '::text || zone || ')::date'::text
       WHEN kind = 'timestamp'::text AND type = 'date'::text
       THEN '('::text || value || '::timestamp AT TIME ZONE '::text || stamps || ' AT TIME ZONE '::text || zone || ')::date'::text
       WHEN kind = ANY ('{date,text,varchar,bpchar}'::text[]) AND type = 'date'::text THEN value || '::date'::text
       WHEN kind = 'timestamptz'::text THEN value || '::timestamptz'::text
       WHEN kind = 'timestamp'::text THEN value || '::timestamp AT TIME ZONE '::text || stamps
       WHEN kind = ANY ('{date,text,varchar,bpchar}'::text[]) THEN value || '::timestamp AT TIME ZONE '::text || zone
       WHEN kind IS NULL
       THEN crm_refuse('there is no column "'::text || field || '", for '::text || relation || '.'::text || column_name
                           || ', whose type would tell how to make days of it'::text,
                       'Are the names of column, table and schema right? If the table comes later, give the type: {"column": "'::text || field
                           || '", "type": "timestamp"}. The types are date, timestamp, timestamptz and text.'::text)
       ELSE crm_refuse('column "'::text || field || '", for '::text || relation || '.'::text || column_name
                           || ', is of type '::text || kind || ' and holds no days'::text,
                       'Name another column, or say what its text is: {"column": "'::text || field
                           || '", "type": "timestamp"}. The types are date, timestamp, timestamptz and text.'::text)
       END
FROM (SELECT coalesce(CASE WHEN pg_catalog.jsonb_typeof(given) = 'string'::text THEN given #>> '{}'::text[]
                           ELSE given ->> 'column'::text END, column_name),
             coalesce(given ->> 'type'::text, found), pg_catalog.quote_literal(time_zone),
             pg_catalog.quote_literal(coalesce(options ->> 'timestamps'::text, 'UTC'::text))) AS f(field, kind, zone, stamps),
     LATERAL (SELECT 't.'::text || pg_catalog.quote_ident(field)) AS n(name),
     -- numbers, days and instants as they are; all else through text, where nothing is no value
     LATERAL (SELECT CASE WHEN found = ANY ('{int2,int4,int8,numeric,money,bool,date,timestamp,timestamptz}'::text[])
                               AND (found = 'bool'::text) = (type = 'boolean'::text) THEN name
                          ELSE 'nullif(pg_catalog.btrim('::text || name || '::text), '''')'::text END) AS v(value);
END;
COMMENT ON FUNCTION crm_generic_column(text, text, text, jsonb, text, text, jsonb) IS
    'the expression of a column of a relation, from what the user says of it and from the type of the source''s column';

CREATE FUNCTION crm_generic_query(relation text, source_schema text, time_zone text, options jsonb)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
WITH said AS (
    SELECT coalesce(options -> relation ->> 'schema'::text, source_schema) AS schema,
           coalesce(options -> relation ->> 'table'::text, relation) AS name, options -> relation AS given),
found AS (  -- the columns of the source, with the types that domains are of
    SELECT a.attname::text AS name, b.typname::text AS type
    FROM said JOIN pg_catalog.pg_namespace AS s ON s.nspname = said.schema::name
    JOIN pg_catalog.pg_class AS c ON c.relnamespace = s.oid AND c.relname = said.name::name
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0::int2 AND NOT a.attisdropped
    JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
    JOIN pg_catalog.pg_type AS b ON b.oid = CASE t.typtype WHEN 'd'::"char" THEN t.typbasetype ELSE t.oid END),
col AS (
    SELECT r.n, r.column_name,
           crm_generic_column(r.relation, r.column_name, r.type, said.given -> r.column_name, found.type, time_zone, options) AS expression
    FROM said CROSS JOIN crm_relations() WITH ORDINALITY AS r(relation, column_name, type, is_key, meaning, n)
    LEFT JOIN found ON found.name::name = coalesce(
        CASE pg_catalog.jsonb_typeof(said.given -> r.column_name)
        WHEN 'string'::text THEN said.given ->> r.column_name
        WHEN 'object'::text THEN said.given -> r.column_name ->> 'column'::text END, r.column_name)::name
    WHERE r.relation = crm_generic_query.relation AND r.column_name IS NOT NULL),
shown AS (  -- a close date that is no more than a forecast is none
    SELECT col.n, col.column_name,
           CASE WHEN col.column_name = 'closed_on'::text AND col.expression <> 'NULL::date'::text
                THEN 'CASE WHEN '::text || s.expression || ' IN (''won'', ''lost'', ''void'') THEN '::text || col.expression
                     || ' END'::text
                ELSE col.expression END AS expression
    FROM col LEFT JOIN col AS s ON s.column_name = 'status'::text)
SELECT 'SELECT '::text || pg_catalog.string_agg(shown.expression || ' AS '::text || shown.column_name, E',\n       '::text ORDER BY shown.n)
       || E'\nFROM '::text || pg_catalog.quote_ident(said.schema) || '.'::text || pg_catalog.quote_ident(said.name) || ' AS t'::text
FROM said, shown
WHERE said.given IS NOT NULL OR EXISTS (SELECT FROM found)
GROUP BY said.schema, said.name;
END;
COMMENT ON FUNCTION crm_generic_query(text, text, text, jsonb) IS
    'the query of a relation from the tables and columns that the user names, and from those that have the relation''s own names; NULL if there are none';

CREATE FUNCTION crm_generic_problems(options jsonb)
RETURNS TABLE (message text, hint text)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
WITH said AS (
    SELECT o.key AS relation, c.key AS name, c.value, pg_catalog.jsonb_typeof(c.value) AS kind,
           EXISTS (SELECT FROM crm_relations() AS r WHERE r.relation = o.key AND r.column_name = c.key) AS is_column
    FROM pg_catalog.jsonb_each(CASE WHEN pg_catalog.jsonb_typeof(options) = 'object'::text THEN options ELSE '{}'::jsonb END) AS o,
         pg_catalog.jsonb_each(CASE WHEN pg_catalog.jsonb_typeof(o.value) = 'object'::text THEN o.value ELSE '{}'::jsonb END) AS c)
SELECT 'unknown name "'::text || said.name || '" in option "'::text || said.relation || '"'::text,
       'It takes schema, table and the columns '::text
           || (SELECT pg_catalog.string_agg(r.column_name, ', '::text ORDER BY r.n)
               FROM crm_relations() WITH ORDINALITY AS r(relation, column_name, type, is_key, meaning, n)
               WHERE r.relation = said.relation) || '.'::text
FROM said WHERE NOT said.is_column AND said.name <> ALL ('{schema,table}'::text[])
UNION ALL
SELECT '"'::text || said.name || '" in option "'::text || said.relation || '" is no name'::text,
       'It takes a string; a column also null, or an object of column, type (date, timestamp, timestamptz or text) and map (of strings).'::text
FROM said
WHERE NOT (said.kind = 'string'::text
           OR said.is_column AND (said.kind = 'null'::text OR said.kind = 'object'::text AND NOT EXISTS (
               SELECT FROM pg_catalog.jsonb_each(CASE WHEN said.kind = 'object'::text THEN said.value ELSE '{}'::jsonb END) AS p
               WHERE NOT CASE p.key
                         WHEN 'column'::text THEN pg_catalog.jsonb_typeof(p.value) = 'string'::text
                         WHEN 'type'::text THEN p.value #>> '{}'::text[] = ANY ('{date,timestamp,timestamptz,text}'::text[])
                         WHEN 'map'::text THEN pg_catalog.jsonb_typeof(p.value) = 'object'::text
                                               AND NOT pg_catalog.jsonb_path_exists(p.value, '$.* ? (@.type() != "string")'::jsonpath)
                         ELSE false END)));
END;
COMMENT ON FUNCTION crm_generic_problems(jsonb) IS
    'what is wrong with what the user says of tables and columns';
