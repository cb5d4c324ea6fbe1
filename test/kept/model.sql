-- model.sql: a CRM, the model of it with its clock stopped, and the KPI views, stored, and stored KPI views
CREATE SCHEMA crm;
SET search_path = crm, public;
\ir ../data/crm.sql
RESET search_path;
CALL create_crm_model('generic', 'crm', 'kpi', 'Europe/Amsterdam', '{"base_currency": "EUR"}');
UPDATE kpi.kpi_clock SET as_of = '2026-06-30';
CALL create_kpi_views('kpi', '{"materialized": true, "periods": ["month"]}');
CALL create_kpi_views('kpi', '{"materialized": true}');
