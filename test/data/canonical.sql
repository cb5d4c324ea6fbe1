-- canonical.sql: the canonical relations, in schema kpi, over the tables that crm.sql has made in the search path
--
-- Written by hand, so that the tests of the KPI views need no adapter.  Where only opportunities were made, the other
-- relations are empty.

\if :{?only} \else \set only all \endif
SELECT :'only' <> 'opportunity' AS everything \gset

CREATE SCHEMA kpi;
CREATE TABLE kpi.kpi_clock (as_of date);
INSERT INTO kpi.kpi_clock VALUES ('2026-06-30');
CREATE FUNCTION kpi.as_of() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS 'SELECT c.as_of FROM kpi.kpi_clock AS c';
CREATE TABLE kpi.fx_rate (currency text, valid_from date, rate_to_base numeric);
CREATE FUNCTION kpi.to_base(amount numeric, currency text, day date) RETURNS numeric LANGUAGE sql STABLE PARALLEL SAFE
AS $$SELECT CASE WHEN coalesce($2, 'EUR') = 'EUR' THEN $1
            ELSE $1 * (SELECT f.rate_to_base FROM kpi.fx_rate AS f WHERE f.currency = $2 AND f.valid_from <= $3 ORDER BY f.valid_from DESC LIMIT 1) END$$;

CREATE VIEW kpi.owner WITH (security_invoker = true) AS
SELECT rep_id::text AS owner_id, name, team, true AS is_active FROM rep;
CREATE VIEW kpi.opportunity WITH (security_invoker = true) AS
SELECT opportunity_id::text, company_id::text, owner_id::text, NULL::text AS org_id, created_on, qualified_on, closed_on, expected_close_on, status,
       stage, amount, currency, kpi.to_base(amount, currency, coalesce(closed_on, kpi.as_of())) AS base_amount
FROM opportunity;
\if :everything
CREATE VIEW kpi.lead WITH (security_invoker = true) AS
SELECT lead_id::text, created_on, qualified_on, disqualified_on, converted_opportunity_id::text, owner_id::text, source FROM lead;
CREATE VIEW kpi.company WITH (security_invoker = true) AS SELECT company_id::text, name, created_on, owner_id::text FROM company;
CREATE VIEW kpi.contact WITH (security_invoker = true) AS SELECT contact_id::text, company_id::text, created_on, owner_id::text FROM contact;
CREATE VIEW kpi.activity WITH (security_invoker = true) AS
SELECT call_id::text AS activity_id, 'call' AS kind, occurred_on, owner_id::text, direction, is_conversation, duration_s::numeric, opportunity_id::text,
       contact_id::text
FROM call;
CREATE VIEW kpi.email WITH (security_invoker = true) AS
SELECT email_id::text, sent_on, owner_id::text, bounced AS is_bounced, open_tracked AS is_open_tracked, opened AS is_opened, clicked AS is_clicked,
       replied AS is_replied
FROM email;
CREATE VIEW kpi.meeting WITH (security_invoker = true) AS
SELECT meeting_id::text, booked_on, scheduled_on, status, booked_by::text, host::text, opportunity_id::text, is_qualified FROM meeting;
CREATE VIEW kpi.customer_revenue WITH (security_invoker = true) AS
SELECT customer_id::text, period_on, amount, currency, gross_margin::double precision FROM customer_revenue;
CREATE VIEW kpi.spend WITH (security_invoker = true) AS SELECT spent_on, amount, currency, category FROM spend;
CREATE VIEW kpi.working_calendar WITH (security_invoker = true) AS SELECT holiday_on AS holiday, name FROM holiday;
-- some of the demo's targets are per working day
CREATE VIEW kpi.target WITH (security_invoker = true) AS
SELECT kpi, owner_id::text, lower(period) AS first, upper(period) AS last,
       CASE WHEN kpi IN ('calls', 'conversations', 'emails')
            THEN value * (SELECT count(*) FROM generate_series(lower(period), upper(period) - 1, interval '1 day') AS day
                          WHERE extract(isodow FROM day) < 6 AND NOT EXISTS (SELECT FROM holiday WHERE holiday_on = day))
            ELSE value END AS value
FROM target;
\else
CREATE TABLE kpi.lead (lead_id text, created_on date, qualified_on date, disqualified_on date, converted_opportunity_id text, owner_id text, source text);
CREATE TABLE kpi.company (company_id text, name text, created_on date, owner_id text);
CREATE TABLE kpi.contact (contact_id text, company_id text, created_on date, owner_id text);
CREATE TABLE kpi.activity (activity_id text, kind text, occurred_on date, owner_id text, direction text, is_conversation boolean, duration_s numeric,
                           opportunity_id text, contact_id text);
CREATE TABLE kpi.email (email_id text, sent_on date, owner_id text, is_bounced boolean, is_open_tracked boolean, is_opened boolean, is_clicked boolean,
                        is_replied boolean);
CREATE TABLE kpi.meeting (meeting_id text, booked_on date, scheduled_on date, status text, booked_by text, host text, opportunity_id text,
                          is_qualified boolean);
CREATE TABLE kpi.customer_revenue (customer_id text, period_on date, amount numeric, currency text, gross_margin double precision);
CREATE TABLE kpi.spend (spent_on date, amount numeric, currency text, category text);
CREATE TABLE kpi.working_calendar (holiday date PRIMARY KEY, name text);
CREATE TABLE kpi.target (kpi text, owner_id text, first date, last date, value numeric);
\endif
