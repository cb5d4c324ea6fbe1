-- src/crm_sources.sql: the relations of the model of a CRM, and the CRMs whose tables are known
--
-- What the tables of a CRM look like stands in src/adapters, one file per CRM
-- and version: a query per relation.  Here these files are read.
--
-- In all families of the model functions are qualified, and arguments have
-- exactly the types that operators of pg_catalog take, so that none in another
-- schema can be a better match.

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
       pg_catalog.array_agg(p.name ORDER BY p.name COLLATE pg_catalog."C") FILTER (WHERE p.part = 'relation'::text),
       pg_catalog.array_agg(p.content ORDER BY p.name COLLATE pg_catalog."C") FILTER (WHERE p.part = 'option'::text),
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
FROM (SELECT CASE WHEN pg_catalog.strpos(body, '$'::text) = 0 THEN '$$'::text
                  ELSE (SELECT pg_catalog.concat('$q', n, '$') FROM pg_catalog.generate_series(1, pg_catalog.length(body)) AS n
                        WHERE pg_catalog.strpos(body, pg_catalog.concat('$q', n, '$')) = 0 ORDER BY n LIMIT 1) END) AS t(tag);
END;
COMMENT ON FUNCTION crm_dollar_quote(text) IS
    'a body between dollar signs, with a tag that is not in it';

-- A placeholder in a literal that was put in is none, since all are put in at once.
CREATE FUNCTION crm_fill(template text, literals jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
SELECT pg_catalog.string_agg(CASE WHEN n = 1 THEN piece
                                  WHEN literal IS NULL OR pg_catalog.strpos(piece, '}'::text) = 0 THEN '{'::text || piece
                                  ELSE literal || pg_catalog.substr(piece, pg_catalog.strpos(piece, '}'::text) + 1) END,
                             ''::text ORDER BY n)
FROM pg_catalog.string_to_table(template, '{'::text) WITH ORDINALITY AS s(piece, n),
     LATERAL (SELECT literals ->> pg_catalog.split_part(piece, '}'::text, 1)) AS v(literal);
END;
COMMENT ON FUNCTION crm_fill(text, jsonb) IS
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
