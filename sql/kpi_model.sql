-- kpi_model: the KPI views that a BI tool reads, made as SQL text over the canonical relations of a schema

SET datestyle = 'ISO';
SET client_min_messages = warning;

-- A schema with a name that wants to be quoted, and the relations as the user's tables. The clock stands.
CREATE SCHEMA "k'p %I.{sv} ""i";
SET search_path = "k'p %I.{sv} ""i", public;
CREATE TABLE kpi_clock (as_of date);
INSERT INTO kpi_clock VALUES ('2026-03-20');
CREATE FUNCTION as_of() RETURNS date LANGUAGE sql STABLE AS $$SELECT c.as_of FROM "k'p %I.{sv} ""i".kpi_clock AS c$$;
CREATE FUNCTION to_base(amount numeric, currency text, day date) RETURNS numeric LANGUAGE sql STABLE
AS $$SELECT CASE WHEN $2 = 'USD' THEN NULL ELSE $1 END$$;
CREATE TABLE owner (owner_id text, name text, team text, is_active boolean);
CREATE TABLE opportunity (opportunity_id int, company_id text, owner_id text, created_on date, qualified_on date, closed_on date, status text, base_amount numeric);
CREATE TABLE lead (lead_id text, created_on date, qualified_on date, owner_id text);
CREATE TABLE company (company_id text, created_on date, owner_id text);
CREATE TABLE contact (contact_id text, company_id text, created_on date, owner_id text);
CREATE TABLE activity (activity_id text, kind text, occurred_on date, owner_id text, direction text, is_conversation boolean, duration_s numeric);
CREATE TABLE email (email_id text, sent_on date, owner_id text, is_bounced boolean, is_open_tracked boolean, is_opened boolean, is_replied boolean);
CREATE TABLE meeting (meeting_id text, booked_on date, scheduled_on date, status text, booked_by text, host text, is_qualified boolean);
CREATE TABLE customer_revenue (customer_id text, period_on date, amount numeric, currency text, gross_margin double precision);
CREATE TABLE spend (spent_on date, amount numeric, currency text);
CREATE TABLE target (kpi text, owner_id text, first date, last date, value numeric);
CREATE TABLE working_calendar (holiday date PRIMARY KEY, name text);

-- The text makes them, and so does the procedure; the text is one piece, and runs in one.
SELECT kpi_model_sql(current_schema()) AS text \gset
:text
SELECT kpi_model_sql('kpi') ~ '\{[a-z_]+\}' AS has_a_name_left;
SELECT c.relkind, count(*), count(*) FILTER (WHERE 'security_invoker=true' = ANY (c.reloptions)) AS security_invoker,
       count(obj_description(c.oid, 'pg_class')) AS commented
FROM pg_class AS c WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relkind <> 'r' AND relkind <> 'i' GROUP BY 1;

-- In an empty CRM there is today, with nothing in it, and nobody.
CREATE FUNCTION view_rows() RETURNS TABLE (view text, num_rows bigint) LANGUAGE plpgsql AS $$
BEGIN
    FOR view IN SELECT table_name FROM information_schema.tables
                WHERE table_schema = current_schema() AND table_type = 'VIEW' AND table_name ~ '^(sales|activity|prospecting|targets|company)_' ORDER BY 1 LOOP
        EXECUTE format('SELECT count(*) FROM %I', view) INTO num_rows;
        RETURN NEXT;
    END LOOP;
END $$;
SELECT * FROM view_rows();
\x on
\pset null -
SELECT * FROM sales_weekly_total;
SELECT * FROM activity_daily_total;
SELECT * FROM prospecting_monthly_total;
SELECT * FROM company_monthly;
\x off

-- A small one. Ann and Bob are known; Cy is not; somebody is nobody.
INSERT INTO owner VALUES ('a', 'Ann', 'North', true), ('b', 'Bob', 'South', true);
INSERT INTO opportunity VALUES
    (1, 'x', 'a', '2026-01-05', '2026-01-10', '2026-01-25', 'won', 1000), (2, 'x', 'a', '2026-01-05', '2026-01-12', '2026-02-14', 'won', 3000),
    (3, 'y', 'a', '2026-01-20', NULL, '2026-02-09', 'lost', 500), (4, 'y', 'b', '2026-02-10', '2026-02-10', '2026-03-12', 'won', 6000),
    (5, 'z', 'c', '2026-02-20', NULL, '2026-03-02', 'void', 100), (6, 'z', NULL, '2026-03-01', '2026-03-02', NULL, 'open', 700),
    (7, 'x', 'b', '2026-03-10', NULL, '2026-03-25', 'won', 900),        -- on the 20th it is open
    (8, 'y', 'a', '2026-03-21', NULL, NULL, 'open', 1),                 -- and this one not there
    (9, 'w', 'a', '2026-01-07', NULL, NULL, 'won', 50),                 -- closed, but when?
    (10, 'w', '', '2026-03-05', NULL, '2026-03-04', 'lost', NULL);      -- closed before it was opened
SELECT owner_name, owner_id, team, period_start, created, won, lost, void, won_amount, lost_amount, open_opportunities AS open, open_amount
FROM sales_monthly ORDER BY owner_name, period_start;
SELECT period_start, created, won, lost, void, won_amount, open_opportunities AS open, hit_ratio, avg_deal_size, avg_sales_cycle AS cycle,
       median_sales_cycle AS median, is_complete, as_of
FROM sales_monthly_total ORDER BY period_start;
-- By hand: 2 open * 3 / 6 decided in 90 days * 10000 / 3 / (120 days / 5), as one of these was closed before it was opened.
SELECT velocity_opportunities AS open, velocity_hit_ratio AS ratio, velocity_deal_size AS size, velocity_sales_cycle AS cycle,
       round(sales_velocity, 6) AS velocity, round(2 * 0.5 * 10000 / 3 / (120 / 5.0), 6) AS by_hand,
       round(textbook_velocity, 6) AS textbook, round((2 + 5) * 3 / 5.0 * 10000 / 3 / (90 / 3.0), 6) AS by_hand
FROM sales_monthly_total WHERE period_start = '2026-03-01';

INSERT INTO activity VALUES ('1', 'call', '2026-03-16', 'a', 'out', true, 120), ('2', 'call', '2026-03-16', 'a', NULL, false, 10), ('3', 'call', '2026-03-18', 'a', 'in', NULL, NULL),
    ('4', 'linkedin', '2026-03-09', 'b', NULL, NULL, NULL), ('5', 'email', '2026-03-17', 'b', NULL, NULL, NULL), ('6', 'visit', '2026-03-17', NULL, NULL, NULL, NULL),
    ('7', 'call', '2026-03-21', 'a', NULL, true, 1), ('8', 'call', NULL, 'a', NULL, true, 1), ('9', 'email', '2026-03-17', 'b', 'out', NULL, NULL),
    ('10', 'email', '2026-03-17', 'b', 'in', NULL, NULL);      -- which nobody sent
INSERT INTO email VALUES ('1', '2026-03-16', 'a', false, true, true, true), ('2', '2026-03-16', 'a', true, true, false, false),
    ('3', '2026-03-17', 'a', NULL, true, false, false), ('4', '2026-03-18', 'a', false, false, NULL, NULL);
INSERT INTO working_calendar VALUES ('2026-03-19', 'a holiday');
SELECT period_start, owner_name, calls, conversations AS talks, connect_ratio, call_seconds AS seconds, emails, bounce_ratio, open_ratio, reply_ratio,
       linkedin, other_activities AS other, working_days AS days, calls_per_day, is_complete
FROM activity_weekly ORDER BY 1, 2;
SELECT calls, emails, bounce_ratio, linkedin, other_activities FROM activity_monthly_total;

INSERT INTO meeting VALUES ('1', '2026-03-02', '2026-03-10', 'held', 'a', 'b', true), ('2', '2026-03-03', '2026-03-11', 'no_show', NULL, 'b', NULL),
    ('3', '2026-03-03', '2026-03-12', 'rescheduled', 'a', 'b', NULL), ('4', '2026-03-12', '2026-03-30', 'booked', 'a', 'a', NULL);
INSERT INTO lead VALUES ('1', '2026-02-03', '2026-02-05', 'a'), ('2', '2026-03-03', '2026-03-05', 'a'), ('3', '2026-03-03', NULL, 'b');
INSERT INTO company VALUES ('x', '2026-03-02', 'a');
INSERT INTO contact VALUES ('1', 'x', '2026-03-02', 'a'), ('2', 'x', '2026-03-03', 'a');
SELECT owner_name, companies_added AS companies, contacts_added AS contacts, leads_created AS leads, leads_qualified AS qualified, meetings_booked AS booked,
       meetings_due AS due, meetings_held AS held, meetings_no_show AS no_show, show_ratio, qualification_ratio AS worth, opportunities_qualified AS new,
       meeting_hit_ratio
FROM prospecting_monthly WHERE period_start = '2026-03-01' ORDER BY 1;

-- March has 21 working days with the holiday, and 14 up to the 20th. Ann's fair week comes out of her month; the team's
-- target of calls is its own, that of money the sum of its people's.
INSERT INTO target VALUES ('calls', 'a', '2026-03-01', '2026-04-01', 42), ('calls', 'a', '2026-03-02', '2026-03-09', 50), ('calls', NULL, '2026-03-01', '2026-04-01', 210),
    ('won_amount', 'a', '2026-01-01', '2026-07-01', 12000), ('won_amount', 'b', '2026-01-01', '2026-07-01', 6000), ('smiles', 'b', '2026-03-01', '2026-04-01', 5),
    ('calls', 'b', '2026-03-01', NULL, 1), (NULL, 'b', '2026-03-01', '2026-04-01', 1);
SELECT kpi, owner_name, actual, target, due, round(attainment::numeric, 4) AS attainment, on_track, round(required_per_day, 2) AS required
FROM targets_monthly WHERE period_start = '2026-03-01' ORDER BY 1, 2;
SELECT kpi, actual, target, due, on_track FROM targets_monthly_total WHERE period_start = '2026-03-01' ORDER BY 1;
SELECT count(*) AS days, sum(target) AS target, sum(due) AS due, sum(actual) AS actual
FROM targets_daily WHERE kpi = 'calls' AND owner_id = 'a' AND period_start >= '2026-03-01';

INSERT INTO spend VALUES ('2026-01-31', 600, 'EUR'), ('2026-02-28', 300, NULL), ('2026-03-05', 900, 'USD');
INSERT INTO customer_revenue VALUES ('x', '2026-01-15', 100, 'EUR', 0.5), ('x', '2026-02-15', 200, 'EUR', 0.5), ('y', '2026-01-20', 400, 'EUR', NULL), (NULL, '2026-02-20', 30, 'EUR', 0.5);
SELECT period_start, spend, new_customers AS new, cac, customers, churn_rate AS churn, arpa, ltv, leads, leads_qualified AS qualified, lead_velocity_rate AS lvr,
       won_amount, revenue, revenue_per_lead AS per_lead, is_complete
FROM company_monthly ORDER BY 1;
-- Before the first row nobody knows, and that is not 0.
BEGIN;
DELETE FROM spend WHERE spent_on < '2026-02-01';
DELETE FROM customer_revenue WHERE period_on < '2026-02-20';
INSERT INTO opportunity VALUES (13, 'v', 'a', '2026-02-01', NULL, '2026-02-02', 'won', 1);
UPDATE spend SET currency = NULL, amount = 0 WHERE currency = 'USD';
SELECT period_start, spend, new_customers AS new, trim_scale(cac) AS cac, customers, revenue FROM company_monthly ORDER BY 1;
ROLLBACK;
-- Somebody who pays every second month pays half as much a month, not twice.
BEGIN;
INSERT INTO customer_revenue VALUES ('v', '2025-11-05', 300, 'EUR', 0.5), ('v', '2026-01-05', 300, 'EUR', NULL);
DELETE FROM customer_revenue WHERE customer_id <> 'v';
SELECT period_start, customers, trim_scale(arpa) AS arpa, revenue FROM company_monthly ORDER BY 1;
ROLLBACK;

-- With options: a fiscal year from February, weeks from Sunday, a lag, a margin, a shorter window, e-mails as activities.
CALL create_kpi_views(current_schema()::text, '{"periods": ["week", "year"], "week_start": 7, "fiscal_start": 2, "cac_lag_months": 1, "gross_margin": 0.5, "ltv_horizon": 12,
     "trailing_days": 10, "emails": "activity", "weekend": [], "first": "2026-02-03", "confidence": 0.8}');
SELECT view FROM view_rows();
SELECT period_start, won, velocity_opportunities AS open, velocity_hit_ratio AS ratio FROM sales_yearly_total ORDER BY 1;
SELECT min(period_start), max(period_start), sum(emails) AS emails, sum(other_activities) AS other, sum(working_days) AS days FROM activity_weekly_total;
BEGIN;
INSERT INTO target VALUES ('emails', 'b', '2026-03-15', '2026-03-22', 7);
SELECT kpi, owner_id, actual FROM targets_weekly WHERE kpi = 'emails';
ROLLBACK;
SELECT period_start, spend, cac, round(ltv, 2) AS ltv, round(ltv_cac_ratio::numeric, 2) AS ratio, cac_payback_months AS payback FROM company_monthly ORDER BY 1;

-- Twice the same, as views and materialized; what stands on a view of the BI tool stays, and so do grants.
CALL create_kpi_views(current_schema()::text);
CREATE FUNCTION contents() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    view text;
    part text;
    whole text := '';
BEGIN
    FOR view IN SELECT v.view FROM view_rows() AS v LOOP
        EXECUTE format('SELECT string_agg(v::text, E''\n'' ORDER BY v::text COLLATE "C") FROM %I AS v', view) INTO part;
        whole := whole || view || E'\n' || part || E'\n';
    END LOOP;
    RETURN whole;
END $$;
SELECT contents() AS plain \gset
CREATE ROLE regress_sv_bi;
GRANT SELECT ON sales_monthly, kpi_sales_monthly TO regress_sv_bi WITH GRANT OPTION;
GRANT SELECT ON opportunity_day TO PUBLIC;
CREATE VIEW of_the_user AS SELECT owner_name, sum(won) AS won FROM sales_monthly GROUP BY 1;
CALL create_kpi_views(current_schema()::text, '{"materialized": true}');
SELECT contents() = :'plain' AS same, length(:'plain') > 10000 AS something;
SELECT relkind, count(*) FROM pg_class WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relkind IN ('v', 'm') GROUP BY 1 ORDER BY 1;
SELECT * FROM of_the_user ORDER BY 1;
SELECT relname, privilege_type, is_grantable, coalesce(rolname, 'public') AS grantee
FROM pg_class, aclexplode(relacl) AS a LEFT JOIN pg_roles AS r ON r.oid = a.grantee
WHERE relnamespace = quote_ident(current_schema())::regnamespace AND grantee <> relowner ORDER BY 1;

-- Stored is stored, until it is refreshed.
INSERT INTO opportunity VALUES (11, 'x', 'a', '2026-03-02', NULL, '2026-03-16', 'won', 10000);
SELECT won_amount FROM sales_monthly_total WHERE period_start = '2026-03-01';
CALL refresh_kpis(current_schema()::text);
SELECT won_amount FROM sales_monthly_total WHERE period_start = '2026-03-01';
UPDATE kpi_clock SET as_of = '2026-02-28';
CALL refresh_kpis(current_schema()::text);
SELECT max(period_start) AS month, max(as_of) AS as_of, bool_and(is_complete) AS complete FROM sales_monthly_total;
CALL create_kpi_views(current_schema()::text);
SELECT kpi_model_sql(NULL) AS null;

-- The columns are plain and commented, as kpi_model_columns() has them; nothing else is in a view of the BI tool.
SELECT c.table_name, c.column_name, c.data_type
FROM information_schema.columns AS c
LEFT JOIN kpi_model_columns() AS k ON c.table_name LIKE k.family || '\_%' AND k.name = c.column_name AND k.type = c.data_type
WHERE c.table_schema = current_schema() AND c.table_name ~ '^(sales|activity|prospecting|targets|company)_'
  AND (k.name IS NULL OR col_description(format('%I.%I', c.table_schema, c.table_name)::regclass, c.ordinal_position) IS DISTINCT FROM k.meaning);
SELECT family, count(*) AS columns, count(DISTINCT name) AS names, bool_and(meaning <> '') AS meant FROM kpi_model_columns() GROUP BY 1 ORDER BY min(place);

-- Options, and what is wrong with them.
SELECT * FROM kpi_model_options();
\set SHOW_CONTEXT never
SELECT kpi_model_sql('kpi', '{"weekstart": 1}');
SELECT kpi_model_sql('kpi', '["week_start"]');
SELECT kpi_model_sql('kpi', '{"week_start": 8}');
SELECT options, kpi_model_checked(options, known)
FROM (SELECT jsonb_object_agg(option, to_jsonb(o)) AS known FROM kpi_model_options() AS o) AS k,
     (VALUES ('{"weekend": [], "first": "2026-01-31", "gross_margin": -0.5, "periods": ["month"], "confidence": null, "ltv_horizon": 12.0}'::jsonb)) AS v (options);
CREATE FUNCTION refused(options jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kpi_model_sql('kpi', options);
    RETURN NULL;
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN SQLERRM;
END $$;
SELECT option, value, refused(jsonb_build_object(option, value::jsonb))
FROM (VALUES ('materialized', '"yes"'), ('materialized', '1'), ('periods', '["hour"]'), ('periods', '[]'), ('periods', '"day"'), ('periods', '{}'), ('week_start', '0'),
             ('week_start', '1.5'), ('week_start', '"1"'), ('fiscal_start', '13'), ('weekend', '[8]'), ('weekend', '["6"]'), ('first', '"yesterday"'), ('first', '"2026-02-30"'),
             ('first', '20260101'), ('history_years', '0'), ('trailing_days', '0'), ('trailing_days', '1e9'), ('confidence', '1'), ('confidence', '95'), ('emails', '"phone"'),
             ('emails', 'true'), ('cac_lag_months', '-1'), ('gross_margin', '80'), ('gross_margin', '"0.8; DROP TABLE"'), ('ltv_horizon', '0')) AS v (option, value);
CALL create_kpi_views(NULL);
\set VERBOSITY sqlstate
CALL create_kpi_views('no such schema');
-- A view of one's own is not replaced, even if it has the same columns.
DROP VIEW company_monthly;
SELECT format('CREATE VIEW company_monthly AS SELECT %s', string_agg(format('NULL::%s AS %I', type, name), ', ' ORDER BY place))
FROM kpi_model_columns() WHERE family = 'company' \gexec
CALL create_kpi_views(current_schema()::text);
SELECT count(*) FROM company_monthly WHERE period_start IS NULL;
\set VERBOSITY default

RESET search_path;
DROP SCHEMA "k'p %I.{sv} ""i" CASCADE;
DROP ROLE regress_sv_bi;
