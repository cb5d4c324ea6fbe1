-- crm_model: the same few relations over the tables of any CRM, made with the caller's rights

SET client_min_messages = warning;
SET datestyle = ISO;
\set SHOW_CONTEXT never
CREATE SCHEMA shop;
CREATE TABLE shop.deal (id int, rep text, stage text, value numeric, cur text, created date, closed date);
INSERT INTO shop.deal VALUES
    (1, 'ann', 'Closed Won',  1000, 'EUR', '2026-01-05', '2026-02-14'),
    (2, 'ann', 'Closed Lost', 2000, NULL,  '2026-01-12', '2026-02-11'),
    (3, 'bob', 'Closed Won',  100,  'USD', '2026-01-08', '2026-02-27'),
    (4, 'bob', 'Closed Won',  100,  'USD', '2026-01-08', '2026-03-01'),
    (5, 'bob', 'Open',        100,  'USD', '2026-01-08', '2026-12-31'),
    (6, 'bob', 'Closed Won',  100,  'GBP', '2026-01-08', '2026-03-01'),
    (7, 'bob', 'Duplicate',   NULL, 'USD', '2026-01-08', '2026-01-09');
SELECT '{
    "base_currency": "EUR",
    "opportunity": {"table": "deal", "opportunity_id": "id", "owner_id": "rep", "amount": "value", "currency": "cur",
                    "created_on": "created", "closed_on": "closed",
                    "status": {"column": "stage", "map": {"Closed Won": "won", "Closed Lost": "lost", "Duplicate": "void", "Open": "open"}}}
}' AS model \gset

-- It says what it makes.
RESET client_min_messages;
CALL create_crm_model('generic', 'shop', 'kpi', 'Europe/Amsterdam', :'model');

-- All relations are there, with their columns and types, and everything is commented.
SELECT relname, relkind, reloptions FROM pg_class WHERE relnamespace = 'kpi'::regnamespace AND relkind IN ('r', 'v') ORDER BY relname COLLATE "C";
SELECT r.relation, r.column_name FROM crm_relations() AS r
WHERE column_name IS NOT NULL AND NOT EXISTS (SELECT FROM pg_attribute
    WHERE attrelid = ('kpi.' || r.relation)::regclass AND attname = r.column_name AND atttypid = r.type::regtype);
SELECT attrelid::regclass, attname FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid
WHERE relnamespace = 'kpi'::regnamespace AND relkind IN ('r', 'v') AND attnum >= 0 AND col_description(attrelid, attnum) IS NULL
UNION ALL
SELECT oid::regclass, NULL FROM pg_class WHERE relnamespace = 'kpi'::regnamespace AND relkind IN ('r', 'v') AND obj_description(oid, 'pg_class') IS NULL;
SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'kpi'::regnamespace AND obj_description(oid, 'pg_proc') IS NULL;
-- Functions run as the caller, without settings, in parallel; so they can be put in place of their call.
SELECT count(*), bool_and(provolatile = 's' AND proparallel = 's' AND NOT prosecdef AND NOT proisstrict AND proconfig IS NULL)
FROM pg_proc WHERE pronamespace = 'kpi'::regnamespace;

-- Money: at the rate of the close date, or of the day that it is; without a rate there is no amount.
SELECT opportunity_id, status, closed_on, amount, currency, base_amount FROM kpi.opportunity ORDER BY 1;
INSERT INTO kpi.fx_rate VALUES ('USD', '2026-01-01', 0.9), ('USD', '2026-03-01', 0.8), ('USD', '2026-06-01', 0.5);
SELECT opportunity_id, base_amount FROM kpi.opportunity WHERE currency <> 'EUR' AND status <> 'open' ORDER BY 1;
-- The clock.
SELECT kpi.as_of() = (now() AT TIME ZONE 'Europe/Amsterdam')::date AS today;
UPDATE kpi.kpi_clock SET as_of = '2026-05-31';
SELECT kpi.as_of(), base_amount FROM kpi.opportunity WHERE status = 'open';
UPDATE kpi.kpi_clock SET as_of = '2026-06-01';
SELECT kpi.as_of(), base_amount FROM kpi.opportunity WHERE status = 'open';
INSERT INTO kpi.kpi_clock VALUES ('2026-06-01');
DELETE FROM kpi.kpi_clock;
SELECT kpi.as_of() = (now() AT TIME ZONE 'Europe/Amsterdam')::date AS today;
INSERT INTO kpi.kpi_clock VALUES ('2026-06-01');

-- A KPI.
SELECT owner_id, hit_ratio(status), avg_deal_size(status, base_amount), avg_sales_cycle(status, created_on, closed_on)
FROM kpi.opportunity GROUP BY owner_id ORDER BY owner_id;

-- The text and the call do the same.  Again, it replaces the views, and leaves alone what the user fills.
SELECT crm_model_sql('generic', 'shop', 'kpi2', 'Europe/Amsterdam', :'model') \gset
SET client_min_messages = warning;
:crm_model_sql
SELECT count(*) FROM ((SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'kpi'::regnamespace)
    EXCEPT (SELECT proname, replace(prosrc, 'kpi2', 'kpi') FROM pg_proc WHERE pronamespace = 'kpi2'::regnamespace)) AS differing;
DROP SCHEMA kpi2 CASCADE;
CALL create_crm_model('generic', 'shop', 'kpi', 'Europe/Amsterdam', :'model');
SELECT (SELECT count(*) FROM kpi.fx_rate) AS rates, kpi.as_of();

-- Another source can add its relations.  An empty table makes way for them; one with rows does not.
CREATE SCHEMA bank;
CREATE TABLE bank.customer_revenue (customer_id int, period_on date, amount numeric, currency text);
INSERT INTO bank.customer_revenue VALUES (7, '2026-04-01', 50, 'USD');
INSERT INTO kpi.customer_revenue VALUES ('1', '2026-01-01', 5);
CALL create_crm_model('generic', 'bank', 'kpi', 'Europe/Amsterdam', '{"base_currency": "EUR"}');
DELETE FROM kpi.customer_revenue;
-- Nor does one that something reads.
CREATE VIEW kpi.of_the_user AS SELECT customer_id FROM kpi.customer_revenue;
CALL create_crm_model('generic', 'bank', 'kpi', 'Europe/Amsterdam', '{"base_currency": "EUR"}');
DROP VIEW kpi.of_the_user;
RESET client_min_messages;
CALL create_crm_model('generic', 'bank', 'kpi', 'Europe/Amsterdam', '{"base_currency": "EUR"}');
SELECT * FROM kpi.customer_revenue;
SELECT count(*) FROM kpi.opportunity;
-- A table of that name that is not the model's own is left alone.
CREATE SCHEMA other;
CREATE TABLE other.customer_revenue (a int);
SET client_min_messages = warning;
\set VERBOSITY terse
CALL create_crm_model('generic', 'bank', 'other', 'UTC', '{"base_currency": "EUR", "relations": ["customer_revenue"]}');
-- Nor is a view or a function replaced where no model is yet; what this one does not make may be there.
DROP TABLE other.customer_revenue;
CREATE VIEW other.customer_revenue AS SELECT NULL::text AS customer_id, NULL::date AS period_on, 1::numeric AS amount, NULL::text AS currency, NULL::float8 AS gross_margin;
CREATE VIEW other.lead AS SELECT 1 AS mine;
\set VERBOSITY default
CALL create_crm_model('generic', 'bank', 'other', 'UTC', '{"base_currency": "EUR", "relations": ["customer_revenue"]}');
ALTER VIEW other.customer_revenue RENAME TO my_revenue;
CREATE FUNCTION other.as_of() RETURNS date LANGUAGE sql RETURN date '2000-01-01';
CALL create_crm_model('generic', 'bank', 'other', 'UTC', '{"base_currency": "EUR", "relations": ["customer_revenue"]}');
SELECT amount, other.as_of() FROM other.my_revenue;
DROP FUNCTION other.as_of();
CALL create_crm_model('generic', 'bank', 'other', 'UTC', '{"base_currency": "EUR", "relations": ["customer_revenue"]}');
SELECT mine FROM other.lead;
DROP SCHEMA other CASCADE;
-- Only some relations of a source.
CREATE TABLE bank.lead (lead_id int);
INSERT INTO bank.lead VALUES (1);
CALL create_crm_model('generic', 'bank', 'part', 'UTC', '{"base_currency": "EUR", "relations": ["lead"]}');
SELECT (SELECT count(*) FROM part.lead) AS leads, (SELECT count(*) FROM part.customer_revenue) AS revenue;
DROP SCHEMA part CASCADE;

-- The source may change: the type of a column, and the whole table.
ALTER TABLE shop.deal ALTER COLUMN value TYPE double precision, ALTER COLUMN id TYPE bigint, ALTER COLUMN rep TYPE varchar(20);
SELECT sum(base_amount) FROM kpi.opportunity;
CREATE TABLE shop.new_deal AS SELECT cur, value, stage, rep, id, closed, created, 'new' AS added FROM shop.deal;
DROP TABLE shop.deal CASCADE;
\set VERBOSITY sqlstate
SELECT sum(base_amount) FROM kpi.opportunity;
\set VERBOSITY default
ALTER TABLE shop.new_deal RENAME TO deal;
SELECT sum(base_amount) FROM kpi.opportunity;

-- Rights are the reader's: on the tables of the source too, and for their rows.
CREATE ROLE regress_sv_all; CREATE ROLE regress_sv_ann; CREATE ROLE regress_sv_none;
GRANT USAGE ON SCHEMA kpi, shop TO regress_sv_all, regress_sv_ann, regress_sv_none;
GRANT SELECT ON ALL TABLES IN SCHEMA kpi TO regress_sv_all, regress_sv_ann, regress_sv_none;
GRANT SELECT ON shop.deal TO regress_sv_all, regress_sv_ann;
ALTER TABLE shop.deal ENABLE ROW LEVEL SECURITY;
CREATE POLICY everything ON shop.deal TO regress_sv_all USING (true);
CREATE POLICY own ON shop.deal TO regress_sv_ann USING (rep = 'ann');
SET ROLE regress_sv_all;
SELECT count(*), sum(base_amount) FROM kpi.opportunity;
SET ROLE regress_sv_ann;
SELECT count(*), sum(base_amount) FROM kpi.opportunity;
SET ROLE regress_sv_none;
SELECT count(*), sum(base_amount) FROM kpi.opportunity;
-- Nobody makes a model with other rights than his own.
\set VERBOSITY sqlstate
CALL create_crm_model('generic', 'shop', 'kpi', 'UTC', '{"base_currency": "EUR", "opportunity": {"table": "deal"}}');
CALL create_crm_model('generic', 'shop', 'kpi3', 'UTC', '{"base_currency": "EUR", "opportunity": {"table": "deal"}}');
\set VERBOSITY default
RESET ROLE;
DROP SCHEMA kpi, bank CASCADE;
REVOKE ALL ON SCHEMA shop FROM regress_sv_all, regress_sv_ann, regress_sv_none;
DROP POLICY everything ON shop.deal;
DROP POLICY own ON shop.deal;
ALTER TABLE shop.deal DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON shop.deal FROM regress_sv_all, regress_sv_ann;
DROP ROLE regress_sv_all, regress_sv_ann, regress_sv_none;

-- Names may be anything.  Each is used as the schema of the source, as that of the model, and in options.
CREATE TABLE name (id int, name text);
INSERT INTO name VALUES (1, 'a"b'), (2, 'a''b'), (3, 'a$$b'), (4, '$q1$'), (5, E'a\\b\n-- c'), (6, '{zone}{target}{option:x}'), (7, '%I %L %s'),
    (8, '"; DROP TABLE name; --'), (9, repeat('long ', 20)), (10, repeat(U&'\20AC', 40)), (11, ' '), (12, 'select');
DO $$
DECLARE
    n record;
    found record;
BEGIN
    FOR n IN SELECT * FROM name LOOP
        EXECUTE format('CREATE SCHEMA %I CREATE TABLE %1$I (%1$I text, id int)', n.name);
        EXECUTE format('INSERT INTO %1$I.%1$I VALUES ($1, 5)', n.name) USING n.name;
        CALL create_crm_model('generic', n.name, 'model of ' || n.name, 'UTC', jsonb_build_object('base_currency', n.name,
            'opportunity', jsonb_build_object('table', n.name, 'opportunity_id', n.name, 'amount', 'id', 'currency', n.name,
                'status', jsonb_build_object('column', n.name, 'map', jsonb_build_object(n.name, n.name)))));
        EXECUTE format('SELECT * FROM %I.opportunity', 'model of ' || n.name) INTO found;
        IF (found.opportunity_id, found.status, found.base_amount) IS DISTINCT FROM (n.name, n.name, 5::numeric) THEN
            RAISE WARNING '%: %', n.id, found;
        END IF;
        IF EXISTS (SELECT FROM check_source('model of ' || n.name) WHERE problem NOT IN ('unknown status', 'nothing in the last 31 days')) THEN
            RAISE WARNING '%: %', n.id, (SELECT string_agg(c::text, ' ') FROM check_source('model of ' || n.name) AS c);
        END IF;
        CALL create_kpi_views('model of ' || n.name, '{"periods": ["month"]}');
        CALL create_kpi_views('model of ' || n.name, '{"periods": ["month"]}');
        EXECUTE format('DROP SCHEMA %I, %I CASCADE', n.name, 'model of ' || n.name);
    END LOOP;
END $$;
SELECT count(*) FROM name;

-- Nothing that others put into the search path is used, by what makes the text or by the text itself: neither a function nor an
-- operator that takes exactly what is there.
CREATE SCHEMA hostile;
DO $$
DECLARE
    f record;
    op text;
BEGIN
    FOR f IN SELECT * FROM unnest('{btrim,concat,format,length,quote_ident,quote_literal,replace,split_part,strpos,substr,timezone,lower,now,to_jsonb,as_of,to_base,rate_on}'::text[]) AS name,
                           unnest('{text,"text, text","text, text, text","numeric, text, date"}'::text[]) AS args LOOP
        EXECUTE format('CREATE FUNCTION hostile.%I(%s) RETURNS text LANGUAGE plpgsql AS $f$ BEGIN RAISE EXCEPTION ''trapped''; END $f$', f.name, f.args);
    END LOOP;
    FOR f IN SELECT * FROM unnest('{text,varchar,name,int4,int8,numeric,date,jsonb}'::text[]) AS a, unnest('{text,varchar,name,int4,int8,numeric,date,jsonb}'::text[]) AS b LOOP
        EXECUTE format('CREATE FUNCTION hostile.trap(%s, %s) RETURNS boolean LANGUAGE plpgsql AS $f$ BEGIN RAISE EXCEPTION ''trapped''; END $f$', f.a, f.b);
        FOREACH op IN ARRAY '{=,<>,<,>,<=,||,+,*,->,->>}'::text[] LOOP
            EXECUTE format('CREATE OPERATOR hostile.%s (FUNCTION = hostile.trap, LEFTARG = %s, RIGHTARG = %s)', op, f.a, f.b);
        END LOOP;
    END LOOP;
END $$;
SELECT extnamespace::regnamespace AS ext FROM pg_extension WHERE extname = 'salesvelocity' \gset
SELECT md5(crm_model_sql('generic', 'shop', 'kpi', 'Europe/Amsterdam', :'model')) AS text \gset
SET search_path = hostile;
SELECT 1 = 1::numeric;  -- a trap, to see that they are there
SELECT pg_catalog.md5(:ext.crm_model_sql('generic', 'shop', 'kpi', 'Europe/Amsterdam', :'model')) = :'text' AS the_same_text;
SELECT :ext.crm_model_sql('generic', 'shop', 'kpi', 'Europe/Amsterdam', :'model') AS model_sql \gset
:model_sql
SELECT pg_catalog.count(*), pg_catalog.sum(base_amount) FROM kpi.opportunity;
CALL :ext.create_crm_model('generic', 'shop', 'kpi', 'Europe/Amsterdam', :'model');
SELECT relation, problem FROM :ext.check_source('kpi');
RESET search_path;
DROP SCHEMA hostile, kpi CASCADE;

-- Errors.
\set VERBOSITY terse
CALL create_crm_model('shopify', 'shop', 'kpi', 'UTC');
\set VERBOSITY default
CALL create_crm_model('odoo', 'shop', 'kpi', 'UTC', '{"version": "3"}');
CALL create_crm_model('generic', 'shop', 'shop', 'UTC');
CALL create_crm_model('generic', 'shop', 'kpi', 'Europe/Amstelveen');
CALL create_crm_model('generic', 'shop', 'kpi', 'UTC', '[]');
CALL create_crm_model('generic', 'shop', 'kpi', 'UTC', '{"oportunity": {}}');
CALL create_crm_model('generic', 'shop', 'kpi', 'UTC', '{"a\"; {zone} $$ ''\n--": {}}');
CALL create_crm_model('odoo', 'shop', 'kpi', 'UTC');
CALL create_crm_model('odoo', 'shop', 'kpi', 'UTC', '{"base_currency": 5}');
CALL create_crm_model('odoo', 'shop', 'kpi', 'UTC', '{"base_currency": "EUR", "email_types": "Email"}');
CALL create_crm_model('odoo', 'shop', 'kpi', 'UTC', '{"base_currency": "EUR", "email_types": [5]}');
CALL create_crm_model('odoo', 'shop', 'kpi', 'UTC', '{"base_currency": "EUR", "all_meetings": "yes"}');
CALL create_crm_model('tryton', 'shop', 'kpi', 'UTC', '{"base_currency": "EUR", "note_kinds": []}');
CALL create_crm_model('tryton', 'shop', 'kpi', 'UTC', '{"base_currency": "EUR", "relations": ["meeting"]}');
CALL create_crm_model('tryton', 'shop', 'kpi', 'UTC', '{"base_currency": "EUR"}');
\set VERBOSITY sqlstate
CALL create_crm_model('tryton', 'nowhere', 'kpi', 'UTC', '{"base_currency": "EUR", "relations": ["lead"]}');
\set VERBOSITY default
CALL create_crm_model(NULL, 'shop', 'kpi', 'UTC');
SELECT crm_model_sql(NULL, 'shop', 'kpi', 'UTC');
SELECT count(*) FROM pg_namespace WHERE nspname = 'kpi';
DROP SCHEMA shop CASCADE;
DROP TABLE name;
