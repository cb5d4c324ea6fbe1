-- crm_generic: a model of tables and columns that have names of the user's own

SET client_min_messages = warning;
SET datestyle = ISO;
SET timezone = 'America/New_York';  -- which is of no account
\set SHOW_CONTEXT never
CREATE SCHEMA crm;
CREATE DOMAIN crm.moment AS timestamptz;
CREATE TABLE crm.opportunity (
    opportunity_id int, "Owner" char(5), created_on timestamptz, qualified_on crm.moment, closed_on timestamp, expected_close_on text,
    status text, amount double precision, currency varchar, unused jsonb);
INSERT INTO crm.opportunity VALUES
    (1, 'ann', '2026-01-01 23:30+00', '2026-03-28 23:30+00', '2026-03-29 22:30', '2026-05-31', 'Won', 0.1, 'EUR'),  -- on either side of the change to summer time
    (2, 'bob', '2026-01-01 22:30+00', NULL, '2026-03-29 21:30', ' ', 'Won, maybe', 1e15, 'EUR'),
    (3, NULL, NULL, NULL, '2026-03-29 21:30', NULL, NULL, 'NaN', NULL);
SELECT '{"base_currency": "EUR",
         "opportunity": {"owner_id": "Owner", "status": {"map": {"Won": "won", "Lost": "lost", "it''s $$ {zone}": "lost"}}}}' AS options \gset

-- Columns that have the relation's own names are found, and their types; what is not there is NULL.
SELECT query FROM crm_queries('generic', 'crm', 'kpi', 'Europe/Amsterdam', :'options'::jsonb) \g (format=unaligned tuples_only)
CALL create_crm_model('generic', 'crm', 'kpi', 'Europe/Amsterdam', :'options');
SELECT opportunity_id AS id, owner_id, created_on, qualified_on, closed_on, expected_close_on, status, amount FROM kpi.opportunity ORDER BY 1;

-- Timestamps without zone are UTC unless it is said where they are from; a column can be left out.
CALL create_crm_model('generic', 'crm', 'kpi', 'Europe/Amsterdam',
    '{"base_currency": "EUR", "timestamps": "Europe/Amsterdam", "opportunity": {"status": {"map": {"Won": "won"}}, "expected_close_on": null, "amount": null}}');
SELECT opportunity_id AS id, closed_on, expected_close_on, amount FROM kpi.opportunity ORDER BY 1;

-- Types of columns that are text, and of those that are not there yet.
CREATE TABLE crm.text_deal (a text, b text, c text, d text, e text, f text);
INSERT INTO crm.text_deal VALUES ('7', '2026-01-01', '2026-01-01 23:30:00', '2026-01-01T23:30:00Z', ' 12.50 ', 'won'), ('8', '', '', '', '', '');
SELECT '{"opportunity": {"table": "text_deal", "opportunity_id": "a", "created_on": "b", "qualified_on": {"column": "c", "type": "timestamp"},
                         "expected_close_on": {"column": "d", "type": "timestamptz"}, "closed_on": {"column": "b", "type": "text"}, "amount": "e", "status": "f"}}' AS options \gset
CALL create_crm_model('generic', 'crm', 'kpi', 'Europe/Amsterdam', :'options');
SELECT opportunity_id AS id, created_on, qualified_on, closed_on, expected_close_on, status, amount FROM kpi.opportunity ORDER BY 1;
SELECT crm_model_sql('generic', 'later', 'kpi', 'Europe/Amsterdam', :'options') IS NULL AS without_type;
SELECT query FROM crm_queries('generic', 'later', 'kpi', 'Europe/Amsterdam', :'options'::jsonb #- '{opportunity,created_on}') \g (format=unaligned tuples_only)

-- A table in another schema; and every other relation, here with instants of stages, booleans, and tables to fill.
CREATE SCHEMA "Phone system";
CREATE TABLE "Phone system"."Calls" (id int, at timestamptz, answered int, seconds text, "type" text);
INSERT INTO "Phone system"."Calls" VALUES (1, '2026-01-01 23:30+00', 1, '60.5', 'Phone'), (2, '2026-01-01 22:30+00', 0, NULL, 'Mail');
CREATE TABLE crm.stage_change (opportunity_id int, changed_at timestamp, to_stage text);
INSERT INTO crm.stage_change VALUES (1, '2026-01-01 23:30', 'b');
CREATE TABLE crm.stage_day (opportunity_id int, day date, entered text);
INSERT INTO crm.stage_day VALUES (1, '2026-07-01', '2026-07-01 12:00');
CREATE TABLE crm.customer_revenue (customer_id text, period_on date, amount money, gross_margin numeric);
INSERT INTO crm.customer_revenue VALUES ('x', '2026-01-01', '1000.50', 0.8);
CREATE TABLE crm.holiday (holiday date);
INSERT INTO crm.holiday VALUES ('2026-12-25');
SELECT '{"opportunity": {"currency": null, "status": {"map": {"Won": "won"}}},
         "activity": {"schema": "Phone system", "table": "Calls", "activity_id": "id", "occurred_on": "at", "is_conversation": "answered",
                      "duration_s": "seconds", "kind": {"column": "type", "map": {"Phone": "call", "Mail": "email"}}},
         "working_calendar": {"table": "holiday"}}' AS options \gset
CALL create_crm_model('generic', 'crm', 'kpi', 'Europe/Amsterdam', :'options');
SELECT activity_id, kind, occurred_on, is_conversation, duration_s, direction FROM kpi.activity ORDER BY 1;
SELECT opportunity_id, changed_at AT TIME ZONE 'UTC' AS utc, to_stage FROM kpi.stage_change;
SELECT * FROM kpi.customer_revenue;
SELECT * FROM kpi.working_calendar;
SELECT relname, relkind FROM pg_class WHERE relnamespace = 'kpi'::regnamespace AND relname IN ('customer_revenue', 'working_calendar', 'spend') ORDER BY 1;
CALL create_crm_model('generic', 'crm', 'kpi', 'Europe/Amsterdam', '{"relations": ["stage_change"], "stage_change": {"table": "stage_day", "changed_at": "day"}}');
SELECT changed_at AT TIME ZONE 'UTC' AS utc FROM kpi.stage_change;
CALL create_crm_model('generic', 'crm', 'kpi', 'Europe/Amsterdam', '{"relations": ["stage_change"], "stage_change": {"table": "stage_day", "changed_at": {"column": "entered", "type": "timestamp"}}}');
SELECT changed_at AT TIME ZONE 'UTC' AS utc FROM kpi.stage_change;

-- A table that only a name of its own leads to is not found, and nothing is no model.
CREATE SCHEMA empty;
CALL create_crm_model('generic', 'empty', 'kpi2', 'UTC');
SELECT count(*) FROM pg_namespace WHERE nspname = 'kpi2';

-- Errors.
CALL create_crm_model('generic', 'crm', 'kpi', 'UTC', '{"opportunity": {"currency": "currency"}}');
CALL create_crm_model('generic', 'crm', 'kpi', 'UTC', '{"timestamps": "Europe/Amstelveen"}');
CALL create_crm_model('generic', 'crm', 'kpi', 'UTC', '{"opportunity": {"tabel": "deal"}}');
CALL create_crm_model('generic', 'crm', 'kpi', 'UTC', '{"opportunity": {"table": 5}}');
CALL create_crm_model('generic', 'crm', 'kpi', 'UTC', '{"opportunity": {"table": null}}');
CALL create_crm_model('generic', 'crm', 'kpi', 'UTC', '{"opportunity": {"status": 5}}');
CALL create_crm_model('generic', 'crm', 'kpi', 'UTC', '{"opportunity": {"status": {"map": {"Won": 5}}}}');
CALL create_crm_model('generic', 'crm', 'kpi', 'UTC', '{"opportunity": {"status": {"map": ["Won"]}}}');
CALL create_crm_model('generic', 'crm', 'kpi', 'UTC', '{"opportunity": {"created_on": {"type": "int"}}}');
CALL create_crm_model('generic', 'crm', 'kpi', 'UTC', '{"opportunity": {"created_on": {"name": "x"}}}');
CALL create_crm_model('generic', 'crm', 'kpi', 'UTC', '{"base_currency": "EUR", "opportunity": {"created_on": "opportunity_id"}}');
CALL create_crm_model('generic', 'crm', 'kpi', 'UTC', '{"base_currency": "EUR", "opportunity": "deal"}');
\set VERBOSITY sqlstate
CALL create_crm_model('generic', 'crm', 'kpi', 'UTC', '{"base_currency": "EUR", "opportunity": {"table": "nothing"}}');
CALL create_crm_model('generic', 'crm', 'kpi', 'UTC', '{"base_currency": "EUR", "opportunity": {"stage": "nothing"}}');
\set VERBOSITY default
DROP SCHEMA crm, kpi, "Phone system", empty CASCADE;
