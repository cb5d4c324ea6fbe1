-- refresh: refreshing the KPI views that are materialized

SET datestyle = 'ISO';
SET client_min_messages = warning;
\set SHOW_CONTEXT never
CREATE SCHEMA "a crm's";
CREATE TABLE "a crm's".opportunity (opportunity_id int, owner_id text, created_on date, closed_on date, status text, amount numeric);
INSERT INTO "a crm's".opportunity VALUES (1, 'ann', '2026-01-05', '2026-01-25', 'won', 1000), (2, 'ann', '2026-01-05', NULL, 'open', 3000);
CALL create_crm_model('generic', 'a crm''s', 'its kpi''s', 'UTC');
UPDATE "its kpi's".kpi_clock SET as_of = '2026-03-31';
SET search_path = "its kpi's", public;

-- Plain views have nothing to refresh.
CALL create_kpi_views('its kpi''s', '{"periods": ["month"]}');
SELECT kpi_refresh_sql('its kpi''s') AS nothing, kpi_refresh_sql('no such schema') AS nowhere, kpi_refresh_sql(NULL) AS null;
SET client_min_messages = notice;
CALL refresh_kpis('its kpi''s');
SET client_min_messages = warning;
CALL refresh_kpis(NULL);

-- What is materialized is printed in order, with the call of pg_cron; that is a comment where pg_cron is not.
CALL create_kpi_views('its kpi''s', '{"periods": ["month"], "materialized": true}');
SELECT kpi_refresh_sql('its kpi''s');
SELECT * FROM kpi_model_stores('its kpi''s');

-- Rows are as they were, until they are refreshed: by the procedure, or by what is printed.
CREATE VIEW march AS SELECT created, won, won_amount, open_opportunities AS open, as_of FROM sales_monthly_total WHERE period_start = '2026-03-01';
INSERT INTO "a crm's".opportunity VALUES (3, 'bob', '2026-03-02', '2026-03-16', 'won', 500);
SELECT * FROM march;
CALL refresh_kpis('its kpi''s');
SELECT * FROM march;
INSERT INTO "a crm's".opportunity VALUES (4, 'bob', '2026-03-02', NULL, 'open', 700);
SELECT kpi_refresh_sql('its kpi''s') AS refresh \gset
:refresh
SELECT * FROM march;
-- The clock is one of the things that are as they were.
UPDATE kpi_clock SET as_of = '2026-03-10';
SELECT * FROM march;
CALL refresh_kpis('its kpi''s');
SELECT * FROM march;

-- Without data there is nothing that could be refreshed concurrently.
REFRESH MATERIALIZED VIEW kpi_sales_monthly WITH NO DATA;
SELECT refresh FROM string_to_table(kpi_refresh_sql('its kpi''s'), E'\n') AS refresh WHERE refresh NOT LIKE '%CONCURRENTLY%';
CALL refresh_kpis('its kpi''s');
SELECT * FROM march;

RESET search_path;
DROP SCHEMA "a crm's", "its kpi's" CASCADE;
