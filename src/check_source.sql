-- src/check_source.sql: what is wrong with the data that a model reads

-- A check is a query that counts rows of a relation and gives an example. Between braces stands the target schema.
CREATE FUNCTION crm_checks(target_schema text)
RETURNS TABLE (relation text, reads text, problem text, query text, hint text)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
WITH col AS (SELECT * FROM crm_relations() WITH ORDINALITY AS r(relation, name, type, is_key, meaning, n) WHERE name IS NOT NULL),
keys AS (SELECT col.relation, pg_catalog.string_agg('r.'::text || name, ', '::text ORDER BY n) AS list FROM col WHERE is_key GROUP BY col.relation),
simple (relation, reads, problem, example, condition, hint) AS (
    SELECT 'opportunity'::text, NULL::text, 'no rows'::text, 'NULL'::text, 'HAVING count(*) = 0'::text,
           'Is the source schema the right one, and may you read its tables?'::text
    UNION ALL
    SELECT s.relation, NULL, 'unknown '::text || s.name, 'r.'::text || s.name, pg_catalog.format('WHERE r.%s <> ALL (%L)', s.name, s.labels),
           'Known are '::text || pg_catalog.replace(pg_catalog.btrim(s.labels, '{}'::text), ','::text, ', '::text)
               || '. Say what the label of the source means.'::text
    FROM (VALUES ('opportunity'::text, 'status'::text, '{open,won,lost,void}'::text),
                 ('stage_change', 'to_status', '{open,won,lost,void}'),
                 ('activity', 'kind', '{call,email,linkedin,other}'),
                 ('meeting', 'status', '{booked,held,presumed_held,no_show,cancelled,declined,unknown,rescheduled}')) AS s(relation, name, labels)
    UNION ALL VALUES
    ('opportunity', NULL, 'no status', 'r.opportunity_id', 'WHERE r.status IS NULL', 'They count as open.'),
    ('opportunity', NULL, 'closed before it was created', 'r.opportunity_id', 'WHERE r.closed_on < r.created_on',
     'They count in numbers and amounts, and not in the sales cycle.'),
    ('opportunity', NULL, 'closed, without a day', 'r.opportunity_id', $$WHERE r.status IN ('won', 'lost', 'void') AND r.closed_on IS NULL$$,
     'They are in no period, and not in the sales cycle.'),
    ('opportunity', NULL, 'closed in the future', 'r.opportunity_id', 'WHERE r.closed_on > {target}.as_of()',
     'A close date that people type; or kpi_clock is set to a day of the past.'),
    ('opportunity', NULL, 'created in the future', 'r.opportunity_id', 'WHERE r.created_on > {target}.as_of()',
     'A date that people type; or kpi_clock is set to a day of the past.'),
    ('opportunity', NULL, 'no amount', 'r.opportunity_id', $$WHERE r.amount IS NULL AND r.status IS DISTINCT FROM 'void'$$,
     'The average deal size leaves them out.'),
    ('opportunity', NULL, 'amount 0', 'r.opportunity_id', 'WHERE r.amount = 0', 'It counts as an amount. Does the source mean that it is not known?'),
    ('opportunity', NULL, 'negative amount', 'r.opportunity_id', 'WHERE r.amount < 0', 'It is taken off the sums.'),
    ('opportunity', NULL, 'no lost ones, beside won ones', 'r.opportunity_id',
     $$WHERE r.status = 'won' AND NOT EXISTS (SELECT FROM {target}.opportunity AS l WHERE l.status = 'lost')$$,
     'The hit ratio is 100 %. Are lost ones archived or deleted, or is their label not mapped?'),
    ('opportunity', NULL, 'no rate of the currency', 'r.currency', 'WHERE r.amount IS NOT NULL AND r.base_amount IS NULL',
     'Their amounts are not known in the base currency. Add the rates to fx_rate.'),
    ('customer_revenue', NULL, 'no rate of the currency', 'r.currency',
     'WHERE r.amount IS NOT NULL AND {target}.to_base(r.amount, r.currency, r.period_on) IS NULL', 'Add the rates to fx_rate.'),
    ('spend', NULL, 'no rate of the currency', 'r.currency',
     'WHERE r.amount IS NOT NULL AND {target}.to_base(r.amount, r.currency, r.spent_on) IS NULL', 'Add the rates to fx_rate.'),
    ('customer_revenue', NULL, 'gross margin not from 0 to 1', 'r.gross_margin::text', 'WHERE NOT (r.gross_margin BETWEEN 0 AND 1)',
     'A fraction is expected. Is it a percentage?'),
    ('activity', NULL, 'longer than a day, or negative', 'r.activity_id', 'WHERE NOT (r.duration_s BETWEEN 0 AND 86400)',
     'Seconds are expected. Are they milliseconds?')
    UNION ALL
    SELECT k.relation, NULL, 'no identifier'::text, 'NULL'::text, 'WHERE ('::text || k.list || ') IS NULL'::text, 'The source has rows without one.'::text
    FROM keys AS k WHERE k.relation <> ALL ('{fx_rate,working_calendar}'::text[])
    UNION ALL
    SELECT k.relation, NULL, 'identifier more than once'::text, 'r.'::text || k.relation || '_id'::text,
           pg_catalog.format('WHERE r.%1$s_id IN (SELECT d.%1$s_id FROM {target}.%1$s AS d GROUP BY d.%1$s_id HAVING count(*) > 1)', k.relation),
           'Amounts count as often as their row is there. Does a join of the source make several rows of one?'::text
    FROM keys AS k WHERE k.relation <> ALL ('{fx_rate,working_calendar}'::text[])
    UNION ALL
    SELECT c.relation, p.relation, 'unknown '::text || c.name, 'r.'::text || c.name,
           pg_catalog.format('WHERE r.%1$s IS NOT NULL AND EXISTS (SELECT FROM {target}.%2$s)'::text
                             || ' AND NOT EXISTS (SELECT FROM {target}.%2$s AS p WHERE p.%3$s = r.%1$s)'::text, c.name, p.relation, p.name),
           'It is in no row of '::text || p.relation || ': deleted, merged, or of another source.'::text
    FROM col AS c JOIN col AS p ON p.is_key AND p.relation <> c.relation AND p.relation <> ALL ('{fx_rate,working_calendar}'::text[])
        AND p.name = CASE WHEN c.name = ANY ('{booked_by,host}'::text[]) THEN 'owner_id'::text
                          WHEN c.name = 'converted_opportunity_id'::text THEN 'opportunity_id'::text ELSE c.name END
    UNION ALL
    SELECT col.relation, NULL, 'day of '::text || col.name || ' is in January 1970'::text, 'r.'::text || col.name || '::text'::text,
           'WHERE r.'::text || col.name || $$ >= '1970-01-01' AND r.$$::text || col.name || $$ < '1970-02-01'$$::text,
           'Were milliseconds taken for seconds, or is 0 no date?'::text
    FROM col WHERE col.type = ANY ('{date,timestamptz}'::text[])
    UNION ALL
    SELECT col.relation, NULL, 'day of '::text || col.name || ' is a hundred years ahead'::text, 'r.'::text || col.name || '::text'::text,
           'WHERE r.'::text || col.name || ' > {target}.as_of() + 36525'::text,
           'Were seconds taken for milliseconds, or does it stand for no date?'::text
    FROM col WHERE col.type = ANY ('{date,timestamptz}'::text[]) AND col.relation <> ALL ('{fx_rate,target,working_calendar}'::text[])
    UNION ALL
    SELECT s.relation, NULL, 'nothing in the last 31 days'::text, 'max(r.'::text || s.name || ')::date::text'::text,
           'HAVING max(r.'::text || s.name || ') < {target}.as_of() - 31'::text,
           'Is the copy of the source still kept up to date? The example is the last day.'::text
    FROM (VALUES ('opportunity'::text, 'created_on'::text), ('lead', 'created_on'), ('activity', 'occurred_on'), ('email', 'sent_on'),
                 ('meeting', 'booked_on'), ('stage_change', 'changed_at')) AS s(relation, name))
SELECT s.relation, s.reads, s.problem,
       crm_fill(pg_catalog.format('SELECT count(*), %s FROM {target}.%I AS r %s',
                                  CASE WHEN s.condition ~ '^HAVING'::text THEN s.example || '::text'::text
                                       ELSE 'min('::text || s.example || ')'::text END,
                                  s.relation,
                                  s.condition || CASE WHEN s.condition ~ '^WHERE'::text THEN ' HAVING count(*) > 0'::text ELSE ''::text END),
                pg_catalog.jsonb_object('{target}'::text[], ARRAY[pg_catalog.quote_ident(target_schema)])),
       s.hint
FROM simple AS s JOIN crm_relations() WITH ORDINALITY AS r(relation, column_name, type, is_key, meaning, n)
    ON r.relation = s.relation AND r.column_name IS NULL
ORDER BY r.n, s.problem COLLATE pg_catalog."C";
END;
COMMENT ON FUNCTION crm_checks(text) IS
    'the queries of check_source: each counts the rows of a relation that have a problem, and gives an example; one without a row finds nothing';

CREATE FUNCTION crm_amiss(target_schema text)
RETURNS TABLE (relation text, problem text, example text, hint text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
SELECT r.relation,
       CASE WHEN c.oid IS NULL THEN 'no such relation'::text
            WHEN a.attname IS NULL THEN 'no column '::text || r.column_name
            ELSE pg_catalog.format('column %s is no %s', r.column_name, r.type) END,
       pg_catalog.format_type(a.atttypid, a.atttypmod),
       CASE WHEN c.oid IS NULL THEN 'Make the model again, with create_crm_model.'::text
            ELSE 'A table of your own needs the columns of crm_relations(); the model''s are made again by create_crm_model.'::text END
FROM crm_relations() WITH ORDINALITY AS r(relation, column_name, type, is_key, meaning, n)
LEFT JOIN (pg_catalog.pg_namespace AS s JOIN pg_catalog.pg_class AS c ON c.relnamespace = s.oid)
    ON s.nspname = target_schema::name AND c.relname = r.relation::name
LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attname = r.column_name::name AND NOT a.attisdropped
WHERE CASE WHEN r.column_name IS NULL THEN c.oid IS NULL
      ELSE c.oid IS NOT NULL AND (a.atttypid IS NULL OR pg_catalog.format_type(a.atttypid, a.atttypmod)
                                  <> CASE r.type WHEN 'timestamptz'::text THEN 'timestamp with time zone'::text ELSE r.type END) END
ORDER BY r.n;
END;
COMMENT ON FUNCTION crm_amiss(text) IS
    'the relations and columns that a model should have, and has not';

-- PARALLEL UNSAFE: an error that is caught is a subtransaction, of which workers have none.
CREATE FUNCTION check_source(target_schema text)
RETURNS TABLE (relation text, problem text, rows bigint, example text, hint text)
AS $$
DECLARE
    extension name := (SELECT n.nspname FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'salesvelocity');
    unreadable text[] := '{}';
    todo record;
BEGIN
    FOR relation, problem, example, hint IN EXECUTE format('SELECT * FROM %I.crm_amiss($1)', extension) USING target_schema
    LOOP
        unreadable := unreadable || relation;
        RETURN NEXT;
    END LOOP;
    -- first whether each relation can be read at all, then what is in it
    FOR todo IN EXECUTE format(
        'SELECT relation, NULL AS reads, NULL AS problem, format(''SELECT FROM %%I.%%I LIMIT 0'', $1, relation) AS query, NULL AS hint
         FROM %1$I.crm_relations() WHERE column_name IS NULL UNION ALL SELECT * FROM %1$I.crm_checks($1)', extension) USING target_schema
    LOOP
        CONTINUE WHEN todo.relation = ANY (unreadable) OR todo.reads = ANY (unreadable);
        relation := todo.relation;
        BEGIN
            FOR rows, example IN EXECUTE todo.query
            LOOP
                problem := todo.problem;
                hint := todo.hint;
                RETURN NEXT;
            END LOOP;
        EXCEPTION WHEN OTHERS THEN
            problem := 'cannot be read';
            rows := NULL;
            example := sqlerrm;
            hint := 'Has the source changed, or may you not read it? If it has, make the model again.';
            unreadable := unreadable || relation;
            RETURN NEXT;
        END;
    END LOOP;
END
$$ LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION check_source(text) IS
    'what is wrong with the data that a model reads: how many rows of a relation have a problem, an example, and what to do';
