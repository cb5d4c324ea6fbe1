-- crm_sources: the relations of the model of a CRM, and the CRMs whose tables are known

-- The relations: which there are, what stands for them where a CRM has none of it, and how many columns they have.
SELECT r.relation, max(type) FILTER (WHERE column_name IS NULL) AS otherwise, count(column_name) AS columns,
       string_agg(column_name, ', ' ORDER BY n) FILTER (WHERE is_key) AS key
FROM crm_relations() WITH ORDINALITY AS r(relation, column_name, type, is_key, meaning, n) GROUP BY r.relation ORDER BY min(n);
SELECT DISTINCT type FROM crm_relations() WHERE column_name IS NOT NULL ORDER BY type;

-- The CRMs.
SELECT crm, version, cardinality(relations) AS relations, tested_on FROM crm_sources();

-- Every file has a version and says what it was tested on; every relation is one of the model, and every option is written as it should be.
SELECT crm, version FROM crm_sources() WHERE version IS NULL OR tested_on IS NULL OR relations IS NULL;
SELECT crm, version, name FROM crm_adapter_parts()
WHERE part NOT IN ('adapter', 'version', 'tested on', 'like', 'relation', 'option')
   OR part = 'relation' AND name NOT IN (SELECT relation FROM crm_relations())
   OR part = 'option' AND content !~ '^[a-z_]+ (text|list|number|boolean|identifier|map)( required)?( DEFAULT ''([^'']|'''')*'')?  \S';
SELECT crm, version, name, value FROM crm_sources() AS s, LATERAL crm_options(crm, version, '{}') WHERE jsonb_typeof(value) <> CASE kind
    WHEN 'map' THEN 'object' WHEN 'list' THEN 'array' WHEN 'number' THEN 'number' WHEN 'boolean' THEN 'boolean' ELSE 'string' END;
-- A file that is like another one is like one that is there.
SELECT crm, version, content FROM crm_adapter_parts() WHERE part = 'like' AND content NOT IN (SELECT crm || ' ' || version FROM crm_sources());
-- A query is one query: no placeholder is left over, or stands in a comment; it has no semicolon, and does not end in one.
SELECT crm, version, relation FROM crm_sources() AS s,
       LATERAL crm_queries(crm, 'source', 'target', 'UTC', jsonb_build_object('version', version)) AS q
WHERE query ~ '\{(source|target|zone|option)' OR regexp_replace(query, '--[^\n]*|''[^'']*''', '', 'g') ~ ';';
SELECT crm, version, name FROM crm_adapter_parts() WHERE part = 'relation' AND content ~ '--[^\n]*\{';
-- It qualifies what it calls.
SELECT crm, version, name, m[1] AS calls
FROM crm_adapter_parts(), regexp_matches(regexp_replace(content, '--[^\n]*|''[^'']*''', '', 'g'), '(?<![\w.])(?<!AS )([a-z_]+)\(', 'g') AS m
WHERE part = 'relation' AND m[1] NOT IN ('coalesce', 'nullif', 'greatest', 'least');

-- What stands between braces is put in at once: what was put in is not looked at again, and what is unknown stays.
SELECT crm_fill('{a}{b} {c} {a', '{"a": "{b}", "b": "{a}"}');
SELECT crm_fill('', '{}'), crm_fill('{a}', '{"a": ""}');
SELECT crm_dollar_quote('x'), crm_dollar_quote('$x$'), crm_dollar_quote('$q1$ $q2'), crm_dollar_quote('');
